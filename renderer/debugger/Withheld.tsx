import type { EntryReport } from '../../engine/protocol/messages.ts';
import css from './Debugger.module.css';
import { withheldBy } from './entry_formula.ts';
import { Formula } from './Formula.tsx';
import quiet from './NoGradient.module.css';
import { useSentence } from './no_gradient_words.ts';
import { useWords } from './words.ts';

/** The gradients that a backward entry does not make, each with the reason. */
export function Withheld({ entry }: { readonly entry: EntryReport }) {
  const words = useWords();
  const sentence = useSentence();
  const withheld = withheldBy(entry);
  if (withheld.length === 0) return null;
  return (
    <section className={css.tensors} data-testid="withheld">
      <h3>{words.withheld}</h3>
      <ul>
        {withheld.map(({ symbol, why }) => (
          <li key={symbol} className={quiet.withheld}>
            <Formula latex={symbol} tone="plain" />
            <span>{sentence(why)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
