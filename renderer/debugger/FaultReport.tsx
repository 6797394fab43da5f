import type { Cause, Fault } from '../../engine/protocol/messages.ts';
import { formatFigure } from '../nodes/figures.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Debugger.module.css';
import { useWords } from './words.ts';

/** Where the first NaN or infinity was made, and why: the likeliest cause first, each with its evidence. */
export function FaultReport({ fault }: { readonly fault: Fault }) {
  const words = useWords();
  const language = usePreferences((state) => state.language);
  const { value, count, index, iteration, sample, causes } = fault;
  const tell = (cause: Cause): string => {
    const figure = (n: number) => formatFigure(n, 4);
    switch (cause.kind) {
      case 'data':
        return words.causes.data;
      case 'hazard':
        return words.causes.hazard(cause.cause[language], cause.count, figure(cause.worst));
      case 'overflow':
        return words.causes.overflow(figure(cause.largest));
      case 'learning-rate':
        return words.causes.learningRate(figure(cause.lr), figure(cause.from), figure(cause.to), cause.iterations);
      default:
        return cause satisfies never;
    }
  };
  return (
    <section className={css.fault} role="alert" data-testid="fault">
      <b>{words.fault(value, count, index.join(', '), iteration + 1)}</b>
      {sample !== undefined && <p>{words.sample(sample)}</p>}
      <ol>
        {causes.map((cause) => (
          <li key={cause.kind === 'hazard' ? cause.cause.en : cause.kind}>{tell(cause)}</li>
        ))}
      </ol>
    </section>
  );
}
