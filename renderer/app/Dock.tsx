import { LossChart } from '../charts/LossChart.tsx';
import css from './Dock.module.css';
import { Evaluations } from './Evaluations.tsx';
import { Problems } from './Problems.tsx';

/** Below the canvas: how the run goes, and what is wrong. */
export function Dock() {
  return (
    <div className={css.dock}>
      <LossChart />
      <Problems />
      <Evaluations />
    </div>
  );
}
