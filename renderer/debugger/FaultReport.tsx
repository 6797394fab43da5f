import type { Cause, Fault } from '../../engine/protocol/messages.ts';
import { revealUse } from '../commands/reveal_use.ts';
import { formatFigure } from '../nodes/figures.ts';
import { useNames } from '../stores/names.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Debugger.module.css';
import { Formula } from './Formula.tsx';
import { useWords } from './words.ts';

type LearningRate = Extract<Cause, { kind: 'learning-rate' }>;

/** Where the first NaN or infinity was made, and why: the likeliest cause first, each with its evidence and the way to it. */
export function FaultReport({
  tab,
  fault,
  symbols,
  optimizer,
  onInput,
  onLook,
}: {
  readonly tab: string;
  readonly fault: Fault;
  /** Of what the entry reads, in LaTeX. */
  readonly symbols: readonly string[];
  /** The address of the optimizer. */
  readonly optimizer: string | undefined;
  readonly onInput: (input: number) => void;
  readonly onLook: (position: number) => void;
}) {
  const words = useWords();
  const names = useNames(tab);
  const language = usePreferences((state) => state.language);
  const { value, count, index, iteration, sample, causes } = fault;
  const tell = (cause: Cause): string => {
    const figure = (n: number) => formatFigure(n, 4);
    switch (cause.kind) {
      case 'data':
        return words.causes.data;
      case 'hazard':
        return words.causes.hazard(cause.cause[language], cause.count, figure(cause.worst));
      case 'given':
        return words.causes.given(cause.count);
      case 'overflow':
        return words.causes.overflow(figure(cause.largest));
      case 'learning-rate':
        return evidenceOf(cause, figure);
      default:
        return cause satisfies never;
    }
  };
  const evidenceOf = ({ lr, gradient, weights, losses }: LearningRate, figure: (n: number) => string): string => {
    if (gradient !== undefined) return words.causes.tooFar(figure(lr), figure(gradient));
    if (weights !== undefined) return words.causes.blownUp(figure(lr), figure(weights.from), figure(weights.to));
    const { from = 0, to = 0, iterations = 0 } = losses ?? {};
    return words.causes.learningRate(figure(lr), figure(from), figure(to), iterations);
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
    if (cause.kind === 'hazard' || cause.kind === 'given')
      return (
        <button type="button" className={css.link} onClick={() => onInput(cause.input)}>
          {words.lookAt} <Formula latex={symbols[cause.input] ?? 'X'} tone="fwd" />
        </button>
      );
    if (cause.kind !== 'learning-rate' || optimizer === undefined) return null;
    return (
      <button type="button" className={css.link} onClick={() => revealUse(optimizer)}>
        {words.show(names.use(optimizer))}
      </button>
    );
  };
  return (
    <section className={css.fault} role="alert" data-testid="fault">
      <b>{words.fault(value, count, index.join(', '), iteration + 1)}</b>
      {sample !== undefined && <p>{words.sample(sample)}</p>}
      {causes.length === 0 && <p>{words.causes.unknown}</p>}
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
