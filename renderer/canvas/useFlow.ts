import { useMemo, useState } from 'react';
import { addressesOf } from '../stores/addresses.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveDocument, useActiveTab } from '../stores/documents.ts';
import { inspectedIn, useInspection } from '../stores/inspection.ts';
import { valuesOf } from '../stores/instance_values.ts';
import { instancesIn } from '../stores/modules.ts';
import { useNoteEditing } from '../stores/note_editing.ts';
import { useNodeProblems } from '../stores/problems.ts';
import { useSelection } from '../stores/selection.ts';
import { createFlow } from './flow.ts';
import { addNote } from './notes.ts';
import { useLanguage } from './words.ts';

const nobody: readonly string[] = [];
const nowhere = { of: new Map(), loops: new Map() };

/** React Flow's nodes and wires of what is on the canvas. */
export function useFlow(id: string) {
  const tab = useActiveTab();
  const active = useActiveDocument();
  const { shapes, parameters, weights } = useDiagnosis();
  const byNode = useNodeProblems();
  const selected = useSelection((s) => s.nodes);
  const wire = useSelection((s) => s.wire);
  const language = useLanguage();
  const iterations = useInspection((s) => s.iterations);
  const { note, draft } = useNoteEditing();
  const document = useMemo(
    () => (note === null || draft === null ? active : addNote(active, note, draft, '', language)),
    [active, note, draft, language],
  );
  const inspected = useMemo(() => inspectedIn(iterations, id), [iterations, id]);
  const whole = tab?.document;
  const scope = tab?.scope;
  const addresses = useMemo(
    () => (whole === undefined || scope === undefined ? nowhere : addressesOf({ document: whole, scope }, inspected)),
    [whole, scope, inspected],
  );
  const instances = useMemo(() => (whole === undefined ? new Map() : instancesIn(whole)), [whole]);
  const values = useMemo(
    () => (whole === undefined || scope === undefined ? {} : valuesOf({ document: whole, scope })),
    [whole, scope],
  );
  const [derive] = useState(createFlow);
  return useMemo(
    () =>
      derive({
        tab: id,
        document,
        addresses,
        inspected,
        selected,
        wire,
        diagnostics: byNode,
        shapes,
        parametersOf: (node) => parameters.get(node)?.map(({ name }) => name) ?? nobody,
        weightsOf: (node) => weights.get(node) ?? 0,
        instancesOf: (module) => instances.get(module) ?? 0,
        values,
        language,
      }),
    [
      derive,
      id,
      document,
      addresses,
      inspected,
      selected,
      wire,
      byNode,
      shapes,
      parameters,
      weights,
      instances,
      values,
      language,
    ],
  );
}
