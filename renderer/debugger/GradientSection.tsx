import type { DocumentNode } from '../../engine/graph/document.ts';
import panel from '../inspector/Inspector.module.css';
import { useStanding } from '../stores/standing.ts';
import { useAddress } from '../stores/useAddress.ts';
import { Ledger } from './Ledger.tsx';
import css from './NoGradient.module.css';
import { inputsWithout, ofNode, parametersWithout } from './no_gradient.ts';
import { useSentence } from './no_gradient_words.ts';
import { useWords } from './words.ts';

/** At a stop: why no gradient comes to a node, or through which of its inputs none goes back; its parameters with their ledgers. */
export function GradientSection({ tab, node }: { readonly tab: string; readonly node: DocumentNode }) {
  const words = useWords();
  const sentence = useSentence();
  const address = useAddress(node.id);
  const standing = useStanding((state) => state.standing[tab]);
  const tape = standing?.tape;
  if (standing === undefined || !tape) return null;
  const why = ofNode(tape, address);
  const inputs = why === undefined ? inputsWithout(tape, address) : [];
  const parameters = parametersWithout(tape, address);
  if (why === undefined && inputs.length === 0 && parameters.length === 0) return null;
  return (
    <section className={`${panel.section} ${css.section}`} data-testid="no-gradient">
      <h3>{words.gradient}</h3>
      {why !== undefined && <p className={css.reason}>{sentence(why)}</p>}
      {inputs.map(([port, reason]) => (
        <p key={port} className={css.reason}>
          <b>{port}</b> {sentence(reason)}
        </p>
      ))}
      {parameters.map(([parameter, reason]) => (
        // What is true of the whole node is said once.
        <Ledger
          key={parameter}
          tab={tab}
          standing={standing}
          parameter={parameter}
          why={why && sentence(why) === sentence(reason) ? undefined : reason}
        />
      ))}
    </section>
  );
}
