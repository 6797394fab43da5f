import { Tooltip } from 'radix-ui';
import type { NodeComparison } from '../../engine/protocol/messages.ts';
import { differingAt, useComparison } from '../stores/comparison.ts';
import { useNames } from '../stores/names.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Comparison.module.css';
import { differenceOf, useWords } from './words.ts';

/** On a card whose numbers another computation does not make from the same inputs: how far off, what it means, what to do. */
export function DiffersBadge({ tab, address }: { readonly tab: string; readonly address: string }) {
  const node = useComparison(({ checks }) => differingAt(checks[tab], address));
  const tolerance = useComparison(({ checks }) => checks[tab]?.found?.tolerance);
  if (node === undefined || tolerance === undefined) return null;
  return <Difference tab={tab} node={node} tolerance={tolerance} />;
}

function Difference({
  tab,
  node,
  tolerance,
}: {
  readonly tab: string;
  readonly node: NodeComparison;
  readonly tolerance: number;
}) {
  const words = useWords();
  const names = useNames(tab);
  const language = usePreferences((state) => state.language);
  const difference = differenceOf(node, language, names);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger className={`nodrag ${css.badge}`} data-differs={node.address} aria-label={difference}>
        ≠
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={css.tooltip} side="bottom" sideOffset={6}>
          <b>{difference}</b>
          <p>{words.meaning(`${Number((100 * tolerance).toPrecision(3))}%`)}</p>
          <p>{words.remedy}</p>
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
