import { splitPort } from '../../engine/graph/document.ts';
import panel from '../inspector/Inspector.module.css';
import { useStanding } from '../stores/standing.ts';
import { useAddress } from '../stores/useAddress.ts';
import css from './NoGradient.module.css';
import { ofWire } from './no_gradient.ts';
import { useSentence } from './no_gradient_words.ts';
import { useWords } from './words.ts';

/** At a stop: why no gradient goes back through the wire that is selected. */
export function WireReason({ tab, from, to }: { readonly tab: string; readonly from: string; readonly to: string }) {
  const words = useWords();
  const sentence = useSentence();
  const tape = useStanding((state) => state.standing[tab]?.tape);
  const [source, target] = [splitPort(from), splitPort(to)];
  const ends = {
    source: useAddress(source.node),
    sourcePort: source.port,
    target: useAddress(target.node),
    targetPort: target.port,
  };
  const why = tape && ofWire(tape, ends);
  if (!why) return null;
  return (
    <section className={panel.section} data-testid="no-gradient">
      <h3>{words.gradient}</h3>
      <p className={css.reason}>{sentence(why)}</p>
    </section>
  );
}
