import type { DocumentNode } from '../../engine/graph/document.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useActiveTab } from '../stores/documents.ts';
import { codeOf, useFunctions } from '../stores/functions.ts';
import css from './Functions.module.css';
import { useFunctionState, Verdict } from './Verdict.tsx';
import { useWords } from './words.ts';

/** In the inspector of a node that holds code: its first lines, what the check says, and the way to the editor. */
export function FunctionSection({ node }: { readonly node: DocumentNode }) {
  const words = useWords();
  const modules = useActiveTab()?.document.modules ?? {};
  const state = useFunctionState(node.id);
  const code = codeOf(node, modules);
  if (code === undefined) return null;
  return (
    <section className={css.section}>
      <h3>{words.code}</h3>
      <pre className={css.preview}>{code.source}</pre>
      <div className={css.actions}>
        <button type="button" onClick={() => useDialogs.getState().show({ type: 'function', node: node.id })}>
          {words.edit}
        </button>
        {state?.verdict === 'unknown' && (
          <button type="button" onClick={() => useFunctions.getState().allow([code.source])}>
            {words.check}
          </button>
        )}
      </div>
      {/* What fails stands among the node's problems. */}
      {state?.verdict !== 'failed' && <Verdict node={node.id} state={state} source={code.source} />}
    </section>
  );
}
