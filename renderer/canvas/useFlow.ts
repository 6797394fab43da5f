import { useMemo, useState } from 'react';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { numel } from '../../engine/tensor/shape.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveDocument } from '../stores/documents.ts';
import { useNoteEditing } from '../stores/note_editing.ts';
import { useSelection } from '../stores/selection.ts';
import { createFlow } from './flow.ts';
import { addNote } from './notes.ts';
import { useLanguage } from './words.ts';

const nobody: readonly string[] = [];

/** React Flow's nodes and wires of the active document. */
export function useFlow(tab: string) {
  const active = useActiveDocument();
  const { byNode, shapes, parameters } = useDiagnosis();
  const selected = useSelection((s) => s.nodes);
  const wire = useSelection((s) => s.wire);
  const language = useLanguage();
  const { note, draft } = useNoteEditing();
  const document = useMemo(
    () => (note === null || draft === null ? active : addNote(active, note, draft, '', language)),
    [active, note, draft, language],
  );
  const [derive] = useState(createFlow);
  const names = useMemo(() => parameterNames(parameters), [parameters]);
  const counts = useMemo(() => {
    const all = new Map<string, number>();
    for (const { node, shape } of parameters.values()) all.set(node, (all.get(node) ?? 0) + numel(shape));
    return all;
  }, [parameters]);
  return useMemo(
    () =>
      derive({
        tab,
        document,
        kinds: nodeKinds,
        selected,
        wire,
        diagnostics: byNode,
        shapes,
        parametersOf: (node) => names.get(node) ?? nobody,
        weightsOf: (node) => counts.get(node) ?? 0,
        language,
      }),
    [derive, tab, document, selected, wire, byNode, shapes, names, counts, language],
  );
}

/** `weight`, `bias` by node, from addresses like `model/linear1.weight`. */
export function parameterNames(
  parameters: ReadonlyMap<string, { readonly node: string }>,
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [address, { node }] of parameters) {
    const name = address.slice(address.lastIndexOf('.') + 1);
    const known = names.get(node);
    if (known) known.push(name);
    else names.set(node, [name]);
  }
  return names;
}
