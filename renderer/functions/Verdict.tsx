import { useDiagnosis } from '../stores/diagnosis.ts';
import { gravest, type UseState, useFunctions } from '../stores/functions.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Functions.module.css';
import { stateLines, useWords } from './words.ts';

/** What is known of the function of a node; undefined where no shapes come to it. */
export function useFunctionState(node: string): UseState | undefined {
  const uses = useDiagnosis().functions.get(node) ?? [];
  return useFunctions((functions) => gravest(uses, functions));
}

/** The same in words. */
export function Verdict({ state, source }: { readonly state: UseState | undefined; readonly source: string }) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  if (state === undefined) return <p className={css.verdict}>{words.unwired}</p>;
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
