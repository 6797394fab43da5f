import { useEffect, useEffectEvent, useState } from 'react';
import { activeTab } from '../stores/documents.ts';
import { useSelection } from '../stores/selection.ts';
import { holds } from './lines.ts';
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
    if (tab === undefined || holds(files.get(chosen), tab, ids)) return;
    const other = paths.find((path) => holds(files.get(path), tab, ids));
    if (other !== undefined) choose(other);
  });
  useEffect(() => useSelection.subscribe(({ nodes }) => follow(nodes)), []);
  return [chosen, choose];
}
