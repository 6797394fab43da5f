import type { NoGradient } from '../../engine/protocol/messages.ts';
import css from './NoGradient.module.css';
import { useSentence } from './no_gradient_words.ts';

/** On a wire that no gradient goes back through: it says why. */
export const QuietTitle = ({ why }: { readonly why: NoGradient }) => <title>{useSentence()(why)}</title>;

/** On a card that the backward pass leaves out: a gradient of nothing. It says why. */
export function QuietBadge({ why }: { readonly why: NoGradient }) {
  const sentence = useSentence()(why);
  return (
    <span className={css.badge} title={sentence} role="img" aria-label={sentence}>
      ∅
    </span>
  );
}
