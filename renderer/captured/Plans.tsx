import { useId, useState } from 'react';
import type { CapturedPlan } from '../../engine/protocol/messages.ts';
import { type Names, useNames } from '../stores/names.ts';
import { useText } from '../text/text.ts';
import css from './Captured.module.css';
import { kernelsOf, phasesOf } from './plans.ts';
import { useCaptured } from './useCaptured.ts';

/** Entries of a phase that are listed; the rest is counted. */
const MOST_ENTRIES = 80;

/** The captured plans of a tab's session, one of them in full. */
export function Plans({ tab }: { readonly tab: string }) {
  const { captured: text } = useText();
  const id = useId();
  const plans = useCaptured(tab);
  const names = useNames(tab);
  const [chosen, setChosen] = useState(0);
  const plan = plans[chosen] ?? plans[0];
  if (plan === undefined) return <p className={css.help}>{text.empty}</p>;
  const name = ({ loops }: CapturedPlan) =>
    Object.entries(loops)
      .map(([loop, times]) => `${names.whole(loop)} ×${times}`)
      .join(', ') || text.noLoops;
  return (
    <>
      {plans.length === 1 ? (
        <p className={css.plan}>
          <b className="num">{name(plan)}</b>
          <span>{text.kernels(kernelsOf(plan))}</span>
        </p>
      ) : (
        <p className={css.plan}>
          <label htmlFor={id}>{text.plan}</label>
          <select id={id} value={plans.indexOf(plan)} onChange={({ target }) => setChosen(Number(target.value))}>
            {plans.map((one, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: plans are only ever added at the end.
              <option key={i} value={i}>
                {i + 1}. {name(one)} · {text.kernels(kernelsOf(one))}
              </option>
            ))}
          </select>
        </p>
      )}
      <Entries plan={plan} names={names} />
    </>
  );
}

function Entries({ plan, names }: { readonly plan: CapturedPlan; readonly names: Names }) {
  const { captured: text } = useText();
  return (
    <section className={css.list} data-captured="true" aria-label={text.title}>
      {phasesOf(plan)
        .filter(({ kernels }) => kernels > 0)
        .map(({ phase, entries, kernels }) => (
          <div key={phase} className={css.phase} data-phase={phase}>
            <h3>
              {text.phase[phase]}
              <span>{text.kernels(kernels)}</span>
            </h3>
            <ol>
              {entries.slice(0, MOST_ENTRIES).map((entry, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a plan never changes.
                <li key={i}>
                  <span className={css.address}>{names.whole(entry.address) || '–'}</span>
                  <span className={css.op}>{entry.op}</span>
                  <code>{entry.kernels.join(' ') || <i>{text.noKernel}</i>}</code>
                </li>
              ))}
            </ol>
            {entries.length > MOST_ENTRIES && <p className={css.help}>{text.more(entries.length - MOST_ENTRIES)}</p>}
          </div>
        ))}
    </section>
  );
}
