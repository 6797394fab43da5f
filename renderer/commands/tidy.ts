import { kindOf } from '../../engine/graph/kinds.ts';
import { askElk } from '../layout/elk.ts';
import { takeOver, tidy } from '../layout/tidy.ts';
import { activeGraph, activeTab, moduleOf, useDocuments } from '../stores/documents.ts';
import { toast } from '../stores/toasts.ts';
import { currentText } from '../text/text.ts';
import { canvasActions } from './canvas_actions.ts';
import { selectedNodes } from './clipboard.ts';

/** Lays out the selected nodes, or all that is on the canvas where fewer than two are; a frame counts for what it holds. */
export async function tidyUp(): Promise<void> {
  const [tab, graph] = [activeTab(), activeGraph()];
  if (tab === undefined || graph === undefined) return;
  const chosen = new Set(selectedNodes());
  const frames = graph.nodes.filter((node) => chosen.has(node.id) && kindOf(node, graph.modules)?.block === 'frame');
  const isPart = chosen.size > 1 || frames.length > 0;
  try {
    const tidied = await tidy(graph, askElk, isPart ? chosen : undefined);
    const now = activeTab();
    // Meanwhile something else may be on the canvas, or something may be gone from it.
    if (now?.id !== tab.id || moduleOf(now) !== moduleOf(tab)) return;
    useDocuments.getState().edit((document) => takeOver(document, tidied));
    if (!isPart) canvasActions()?.fitView();
  } catch {
    toast(currentText().toast.notTidied, [], 'bad');
  }
}
