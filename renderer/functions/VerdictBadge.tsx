import { Tooltip } from 'radix-ui';
import { useDiagnosis } from '../stores/diagnosis.ts';
import type { UseState } from '../stores/functions.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Functions.module.css';
import { useFunctionState } from './Verdict.tsx';
import { stateLines, useWords } from './words.ts';

const signs = { verified: '✓', wrong: '✗', failed: '!', checking: '…', unknown: '?' } as const satisfies Readonly<
  Record<UseState['verdict'], string>
>;

/** On a card: what finite differences say of its backward. */
export function VerdictBadge({ node }: { readonly node: string }) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const uses = useDiagnosis().functions.get(node) ?? [];
  const state = useFunctionState(node);
  if (state === undefined) return null;
  const lines = stateLines(state, uses[0]?.source ?? '', language);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        className={`nodrag ${css.badge}`}
        data-verdict={state.verdict}
        aria-label={[words.verdict[state.verdict], ...lines].join('\n')}
      >
        {signs[state.verdict]}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={css.tooltip} side="top" sideOffset={6}>
          <b>{words.verdict[state.verdict]}</b>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
