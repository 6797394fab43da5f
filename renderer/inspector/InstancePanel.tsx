import { useId } from 'react';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { isUnfolded, moduleName } from '../../engine/graph/kinds.ts';
import { openDefinition } from '../commands/blocks.ts';
import { toggleFold } from '../commands/folding.ts';
import { runCommand } from '../commands/table.ts';
import { useDocuments } from '../stores/documents.ts';
import { levelOf } from '../stores/levels.ts';
import { tie } from '../stores/modules.ts';
import { useNamesHere } from '../stores/names.ts';
import { Choice } from './Choice.tsx';
import styles from './Inspector.module.css';
import { useWords } from './words.ts';

/** Stands in the list for weights of its own: a value of the list may not be empty. */
const OWN = '-';

/** What can be done with an instance of a module. */
export function InstancePanel({ node, document }: { readonly node: DocumentNode; readonly document: GraphDocument }) {
  const words = useWords();
  const id = useId();
  const names = useNamesHere();
  const module = moduleName(node.kind);
  if (module === undefined) return null;
  const level = levelOf(node.id);
  const others = document.nodes.filter(
    (one) => moduleName(one.kind) === module && one.id !== node.id && levelOf(one.id) === level,
  );
  const isOpen = isUnfolded(node.kind);
  return (
    <section className={styles.section} data-instance={node.id}>
      <h3>{words.module}</h3>
      <div className={styles.actions}>
        <button type="button" title={words.unfoldHelp} aria-expanded={isOpen} onClick={() => toggleFold(node.id)}>
          {isOpen ? words.fold : words.unfold}
        </button>
        <button type="button" onClick={() => openDefinition(node.id, module)}>
          {words.openDefinition}
        </button>
        <button type="button" title={words.unpackHelp} onClick={() => runCommand('edit.unpack')}>
          {words.unpack}
        </button>
        <button type="button" title={words.detachHelp} onClick={() => runCommand('edit.detach')}>
          {words.detach}
        </button>
      </div>
      {others.length > 0 && (
        <div className={`${styles.field} ${styles.roomy}`} title={words.weightsHelp}>
          <label htmlFor={id}>{words.weights}</label>
          <Choice
            id={id}
            name="tiedTo"
            value={node.tiedTo ?? OWN}
            options={[
              [OWN, words.ownWeights],
              ...others.map((other) => [other.id, words.sharedWith(names.own(other.id))] as const),
            ]}
            onChange={(choice) =>
              useDocuments.getState().edit((d) => tie(d, node.id, choice === OWN ? undefined : choice))
            }
          />
        </div>
      )}
    </section>
  );
}
