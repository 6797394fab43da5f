import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveDocument } from '../stores/documents.ts';
import { gravest, type UseState, useFunctions } from '../stores/functions.ts';
import { usePreferences } from '../stores/preferences.ts';
import { isWired } from '../stores/wired.ts';
import css from './Functions.module.css';
import { stateLines, useWords } from './words.ts';

/** What is known of the function of a node; undefined where no shapes come to it. */
export function useFunctionState(node: string): UseState | undefined {
  const uses = useDiagnosis().functions.get(node) ?? [];
  return useFunctions((functions) => gravest(uses, functions));
}

/** The same in words, of the function of `node`. */
export function Verdict({
  node,
  state,
  source,
}: {
  readonly node: string;
  readonly state: UseState | undefined;
  readonly source: string;
}) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const wired = isWired(useActiveDocument(), node);
  if (state === undefined) return <p className={css.verdict}>{wired ? words.shapeless : words.unwired}</p>;
  const [first, ...others] = stateLines(state, source, language);
  return (
    <div className={css.verdict} data-verdict-text={state.verdict} aria-live="polite">
      <p>
        <b>{words.verdict[state.verdict]}</b> {first}
      </p>
      {others.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
