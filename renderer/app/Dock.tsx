import { LossChart } from '../charts/LossChart.tsx';
import { Tape } from '../debugger/Tape.tsx';
import css from './Dock.module.css';
import { Evaluations } from './Evaluations.tsx';
import { Problems } from './Problems.tsx';

/** Below the canvas: how the run goes, what it does, and what is wrong. */
export function Dock() {
  return (
    <div className={css.dock} data-dock="true">
      <LossChart />
      <Tape />
      <Problems />
      <Evaluations />
    </div>
  );
}
