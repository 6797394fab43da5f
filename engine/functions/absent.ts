import { withoutTexts } from '../nodes/source_ports.ts';
import { tensorFunctions } from './methods.ts';
import { ARRAY_METHODS } from './prelude.ts';
import { type FunctionProblem, functionProblem, type SourcePlace } from './problems.ts';

/** What JavaScript has built in elsewhere, and the sandbox only in part. */
const PROTOTYPES: readonly object[] = [Array.prototype, String.prototype, Number.prototype];
const HOLDERS: Readonly<Record<string, object>> = { Array, Object, Number, Math };

const known = [...new Set(tensorFunctions.filter((row) => row.as.includes('method')).map((row) => row.name))].join(
  ', ',
);

/** What was called and is no function. */
export function notCallable(source: string, place: SourcePlace): FunctionProblem {
  const [, holder = '', dot, name] =
    /(?:\b(Array|Object|Number|Math))?(\??\.)?\s*([A-Za-z_$][\w$]*)\s*$/.exec(calledAt(source, place)) ?? [];
  const isMethod = dot !== undefined;
  // What an array has was asked of something else.
  const isOwn = ARRAY_METHODS.some((own) => own === name);
  const from = holder === '' ? (isOwn ? [] : PROTOTYPES) : [HOLDERS[holder] ?? {}];
  if (isMethod && name !== undefined && from.some((one) => Object.hasOwn(one, name)))
    return absent(holder === '' ? `${name}()` : `${holder}.${name}`, place);
  const reason = name === undefined ? 'not a function' : `${isMethod ? '.' : ''}${name} is not a function`;
  return functionProblem('not-callable', { reason, known }, place);
}

const absent = (name: string, place: SourcePlace) =>
  functionProblem('not-here', { name, known: ARRAY_METHODS.join(', ') }, place);

/**
 * The code up to the bracket of the call at which the interpreter stands. Of a call it tells the bracket; of one whose value is
 * returned, the statement.
 */
function calledAt(source: string, { line = 1, column = 1 }: SourcePlace): string {
  const lines = withoutTexts(source).split('\n');
  const rest = lines.slice(line - 1).join('\n');
  const at = column - 1;
  if (!/^return(?![\w$])/.test(rest.slice(at))) return rest.slice(0, at);
  let depth = 0;
  let bracket = 0;
  for (let i = at; i < rest.length && depth >= 0; i++) {
    const here = rest[i] ?? '';
    // Which side of it was run, nobody tells.
    if (depth === 0 && '?|&'.includes(here)) return '';
    if (depth === 0 && here === ';') break;
    if (depth === 0 && here === '(') bracket = i;
    if ('([{'.includes(here)) depth++;
    else if (')]}'.includes(here)) depth--;
  }
  return rest.slice(0, bracket);
}
