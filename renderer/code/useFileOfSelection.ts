import { useEffect, useEffectEvent, useState } from 'react';
import { activeTab } from '../stores/documents.ts';
import { useSelection } from '../stores/selection.ts';
import { codeNodeOf, linesOf } from './lines.ts';
import type { Code } from './written.ts';

/** The file that is shown: the one that was chosen, until a node is selected that only stands in others. */
export function useFileOfSelection(
  { files }: Code,
  paths: readonly string[],
): readonly [string, (path: string) => void] {
  const [wanted, choose] = useState('');
  const chosen = paths.includes(wanted) ? wanted : (paths[0] ?? '');
  const follow = useEffectEvent((ids: ReadonlySet<string>) => {
    const tab = activeTab();
    if (tab === undefined) return;
    const nodes = [...ids].flatMap((id) => codeNodeOf(tab, id) ?? []);
    const holds = (path: string) => {
      const file = files.get(path);
      return file !== undefined && linesOf(file, tab.document, nodes).length > 0;
    };
    const other = holds(chosen) ? undefined : paths.find(holds);
    if (other !== undefined) choose(other);
  });
  useEffect(() => useSelection.subscribe(({ nodes }) => follow(nodes)), []);
  return [chosen, choose];
}
