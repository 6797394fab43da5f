import { useEffect, useRef } from 'react';
import { formatBytes } from '../../engine/graph/memory.ts';
import { CapturedCount } from '../captured/CapturedCount.tsx';
import { firstObstacle, placeOf } from '../commands/problems.ts';
import { ComparisonStatus } from '../comparison/ComparisonStatus.tsx';
import { StandingStatus } from '../debugger/StandingStatus.tsx';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveTab } from '../stores/documents.ts';
import { latestFrame, subscribeFrame } from '../stores/live.ts';
import { useProblems } from '../stores/problems.ts';
import { noRun, useRun } from '../stores/run.ts';
import { useText } from '../text/text.ts';
import { StartStatus } from './StartStatus.tsx';
import css from './StatusBar.module.css';

/** One line: how it stands. Numbers of a run are written past React. */
export function StatusBar() {
  const text = useText();
  const tab = useActiveTab();
  const notice = useRun((state) => state.notice);
  const quiet = useRun((state) => state.quiet);
  const problems = useProblems();
  return (
    <footer className={css.status}>
      {tab === undefined ? <span>{text.status.noDocument}</span> : <RunStatus tab={tab.id} />}
      {tab !== undefined && <StartStatus tab={tab.id} />}
      {tab !== undefined && <StandingStatus tab={tab.id} />}
      {notice !== null && (
        <span className={css.notice} role="alert">
          {text.engine[notice]}
        </span>
      )}
      {tab !== undefined && <ComparisonStatus tab={tab.id} />}
      {tab !== undefined && <CapturedCount tab={tab.id} />}
      {quiet && <span role="status">{text.engine.quiet}</span>}
      <span className={css.space} />
      {tab !== undefined && <span>{text.problems.count(problems.length)}</span>}
      {tab !== undefined && <span>{text.status.history(tab.past.length)}</span>}
    </footer>
  );
}

/** What a network that was not trained yet is ready for: what the button *Train* would do. */
function useReadiness(): string {
  const { status } = useText();
  const diagnosis = useDiagnosis();
  const isEmpty = useActiveTab()?.document.nodes.length === 0;
  const problem = firstObstacle(diagnosis);
  if (isEmpty) return status.nothing;
  return problem === undefined ? status.idle : status.blocked(placeOf(problem));
}

function RunStatus({ tab }: { readonly tab: string }) {
  const text = useText();
  const run = useRun((state) => state.runs[tab]) ?? noRun;
  const place = useRef<HTMLSpanElement>(null);
  const epochs = useRef<HTMLSpanElement>(null);
  const memory = useRef<HTMLSpanElement>(null);
  const { memory: estimate } = useDiagnosis();
  const readiness = useReadiness();
  const { step, epoch } = run;
  const isOnGpu = run.on?.device.name === 'webgpu';
  const state = run.preparing || run.starting ? 'preparing' : run.state;
  useEffect(() => {
    const paint = () => {
      const frame = latestFrame(tab);
      const write = (name: string, value: string) => {
        const target = place.current?.querySelector(`[data-number="${name}"]`);
        if (target != null && target.textContent !== value) target.textContent = value;
      };
      const whole = (n: number) => Math.round(n).toLocaleString('en');
      write('step', whole(Math.max(frame?.step ?? 0, step)));
      write('steps', frame === undefined ? '' : ` / ${whole(frame.steps)}`);
      const passes = Math.max(frame?.epoch ?? 0, epoch);
      write('epoch', whole(passes));
      // Without minibatches there are none.
      if (epochs.current !== null) epochs.current.hidden = passes === 0;
      const rate = frame?.stepsPerSecond ?? Number.NaN;
      write('speed', frame === undefined ? '–' : rate > 0 && rate < 10 ? rate.toPrecision(2) : whole(rate));
      const expected = estimate === 0 ? '–' : `≈ ${formatBytes(estimate)}`;
      write('memory', frame === undefined ? expected : formatBytes(frame.memoryBytes));
      const used = isOnGpu ? text.status.memoryOnGpu : text.status.memoryUsed;
      if (memory.current !== null) memory.current.title = frame === undefined ? text.status.memoryEstimated : used;
    };
    paint();
    return subscribeFrame(tab, paint);
  }, [tab, step, epoch, estimate, isOnGpu, text]);
  return (
    <span ref={place} className={css.run}>
      <span data-state={state} role="status">
        {state === 'idle' ? readiness : text.status[state]}
      </span>
      <span>
        {text.status.step} <b className="num" data-number="step" />
        <span className="num" data-number="steps" />
      </span>
      <span ref={epochs} hidden>
        {text.status.epoch} <b className="num" data-number="epoch" />
      </span>
      <span>
        <b className="num" data-number="speed" /> {text.status.perSecond}
      </span>
      <span ref={memory}>
        {text.status.memory} <b className="num" data-number="memory" />
      </span>
    </span>
  );
}
