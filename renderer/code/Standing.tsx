import type { Diagnostic } from '../../engine/graph/document.ts';
import type { FunctionUse } from '../../engine/graph/functions.ts';
import { checkFunctions } from '../commands/functions.ts';
import { goTo } from '../commands/go_to.ts';
import { placeOf, showProblem } from '../commands/problems.ts';
import { doubtLines } from '../functions/words.ts';
import { rewriteCode } from '../stores/code.ts';
import { stateOf, useFunctions } from '../stores/functions.ts';
import { insistOn } from '../stores/insistence.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useProblemText } from '../text/problem.ts';
import { useText } from '../text/text.ts';
import css from './CodePanel.module.css';
import { type CodeLanguageName, languages } from './languages.ts';
import { useWords } from './words.ts';
import type { Written } from './written.ts';

interface Props {
  readonly written: Written;
  readonly language: CodeLanguageName;
}

/** Why there is no code of the document as it is now, and what can be done; nothing where there is. */
export function Standing({ written, language }: Props) {
  const words = useWords();
  switch (written.state) {
    case 'written':
      return null;
    case 'empty':
      return <p className={css.note}>{words.empty}</p>;
    case 'wrong':
      return <Problems title={words.wrong(written.problems.length)} problems={written.problems} />;
    case 'refused':
      return <Problems withHints title={words.refused(languages[language].title)} problems={written.problems} />;
    case 'unchecked':
      return (
        <div className={css.standing} role="status">
          <p>{written.going ? words.checking : words.unchecked}</p>
          {!written.going && (
            <button type="button" className={css.button} onClick={checkFunctions}>
              {words.check}
            </button>
          )}
        </div>
      );
    case 'doubtful':
      return <Doubtful functions={written.functions} />;
    case 'broken':
      return (
        <div className={css.standing} role="status">
          <p>{words.broken}</p>
          <p className="faint">{written.reason}</p>
        </div>
      );
    default:
      return written satisfies never;
  }
}

/** Functions whose backward failed its check, each with the reason. */
function Doubtful({ functions }: { readonly functions: readonly FunctionUse[] }) {
  const words = useWords();
  const language = usePreferences((preferences) => preferences.language);
  const known = useFunctions();
  return (
    <div className={css.standing} role="status">
      <p>
        {words.doubtful(functions.length)} {words.doubtfulHelp}
      </p>
      <ul>
        {functions.map((use) => {
          const [reason] = doubtLines(stateOf(use, known), use.source, language);
          return (
            <li key={use.name}>
              <button type="button" onClick={() => goTo(use, 'reveal')}>
                <b>{placeOf(use) ?? use.name}</b> {reason}
              </button>
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        className={css.button}
        onClick={() => {
          insistOn(functions);
          rewriteCode();
        }}
      >
        {words.insist}
      </button>
    </div>
  );
}

/** As many as leave room for the code. */
const MOST = 3;

interface ProblemsProps {
  readonly title: string;
  readonly problems: readonly Diagnostic[];
  /** What only the code is about stands here alone: its remedy, too. */
  readonly withHints?: boolean;
}

function Problems({ title, problems, withHints = false }: ProblemsProps) {
  const words = useWords();
  const text = useText();
  const textOf = useProblemText();
  return (
    <div className={css.standing} data-problems="true">
      <p role="status">{title}</p>
      <ul>
        {problems.slice(0, MOST).map((problem) => {
          const { message, hint } = textOf(problem);
          return (
            <li key={`${problem.code} ${problem.module} ${problem.node} ${problem.port} ${message}`}>
              <button
                type="button"
                data-severity={problem.severity}
                title={withHints ? undefined : hint}
                onClick={() => showProblem(problem)}
              >
                <b>{placeOf(problem) ?? text.problems.whole}</b> {message}
                {withHints && <span className="dim">. {hint}</span>}
              </button>
            </li>
          );
        })}
      </ul>
      {problems.length > MOST && <p className="dim">{words.more(problems.length - MOST)}</p>}
    </div>
  );
}
