import { LossChart } from '../charts/LossChart.tsx';
import { Tape } from '../debugger/Tape.tsx';
import { useDocuments } from '../stores/documents.ts';
import { useStanding } from '../stores/standing.ts';
import css from './Dock.module.css';
import { Evaluations } from './Evaluations.tsx';
import { Problems } from './Problems.tsx';
import { useLasting } from './useLasting.ts';

/** Below the canvas: how the run goes, what it does, and what is wrong. Where a run stands, the tape is what one looks at. */
export function Dock() {
  const tab = useDocuments((state) => state.active);
  const stands = useLasting(useStanding(({ standing }) => standing[tab]?.tape != null));
  return (
    <div className={css.dock} data-dock="true" data-stands={stands || undefined}>
      <LossChart />
      <Tape />
      <Problems />
      <Evaluations />
    </div>
  );
}
