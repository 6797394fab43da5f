import type { Cause, Fault } from '../../engine/protocol/messages.ts';
import { revealUse } from '../commands/reveal_use.ts';
import { formatFigure } from '../nodes/figures.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Debugger.module.css';
import { Formula } from './Formula.tsx';
import { nameOf } from './tape_paint.ts';
import { useWords } from './words.ts';

/** Where the first NaN or infinity was made, and why: the likeliest cause first, each with its evidence and the way to it. */
export function FaultReport({
  fault,
  symbols,
  optimizer,
  onInput,
  onLook,
}: {
  readonly fault: Fault;
  /** Of what the entry reads, in LaTeX. */
  readonly symbols: readonly string[];
  /** The address of the optimizer. */
  readonly optimizer: string | undefined;
  readonly onInput: (input: number) => void;
  readonly onLook: (position: number) => void;
}) {
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
  const wayTo = (cause: Cause) => {
    // The inputs that a backward pass stumbles over are those of its operation: they are seen at its forward entry.
    if (cause.kind === 'hazard' && fault.entry.forward !== undefined) {
      const { forward } = fault.entry;
      return (
        <button type="button" className={css.link} onClick={() => onLook(forward)}>
          {words.toForward}
        </button>
      );
    }
    if (cause.kind === 'hazard')
      return (
        <button type="button" className={css.link} onClick={() => onInput(cause.input)}>
          {words.lookAt} <Formula latex={symbols[cause.input] ?? 'X'} tone="fwd" />
        </button>
      );
    if (cause.kind !== 'learning-rate' || optimizer === undefined) return null;
    return (
      <button type="button" className={css.link} onClick={() => revealUse(optimizer)}>
        {words.show(nameOf(optimizer))}
      </button>
    );
  };
  return (
    <section className={css.fault} role="alert" data-testid="fault">
      <b>{words.fault(value, count, index.join(', '), iteration + 1)}</b>
      {sample !== undefined && <p>{words.sample(sample)}</p>}
      <ol>
        {causes.map((cause) => (
          <li key={cause.kind === 'hazard' ? cause.cause.en : cause.kind}>
            {tell(cause)} {wayTo(cause)}
          </li>
        ))}
      </ol>
    </section>
  );
}
