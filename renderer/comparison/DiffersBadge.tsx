import { Tooltip } from 'radix-ui';
import { differingAt, useComparison } from '../stores/comparison.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Comparison.module.css';
import { differenceOf, useWords } from './words.ts';

/** On a card whose numbers another computation does not make from the same inputs: how far off, what it means, what to do. */
export function DiffersBadge({ tab, address }: { readonly tab: string; readonly address: string }) {
  const words = useWords();
  const language = usePreferences((state) => state.language);
  const node = useComparison(({ checks }) => differingAt(checks[tab], address));
  const tolerance = useComparison(({ checks }) => checks[tab]?.found?.tolerance);
  if (node === undefined || tolerance === undefined) return null;
  const difference = differenceOf(node, language);
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
