import { columns } from '../../layout/columns.ts';
import { comma, type Doc, group, indent, joined, laidOut, line, softline } from '../../layout/doc.ts';
import { wrappedComment } from '../../writing/wrapped.ts';
import { INDENT, WIDTH } from '../words.ts';
import { assignment, chainStatement, docOf, flatText } from './expressions.ts';
import { Parser } from './parse.ts';

/** A statement in the lines that a formatter makes of it where it stands in a column. */
export function laidStatement(text: string, column: number): string[] {
  if (text.startsWith('//')) return wrappedComment(text, '//', WIDTH, column);
  if (column + columns(text) <= WIDTH && !isInvolved(text)) return [text];
  for (const [pattern, write] of FORMS) {
    const match = pattern.exec(text);
    if (match !== null) return laidOut(write(match), WIDTH, column, INDENT.length);
  }
  return [text];
}

/** Of three calls or more, with brackets in brackets: some such are broken wherever they stand. */
const isInvolved = (text: string): boolean => CHAINED.test(text) && WITHIN.test(text);
const CHAINED = /\)\..*\)\./;
const WITHIN = /[([{][^)\]}]*[([{]/;

type Form = readonly [pattern: RegExp, write: (match: RegExpExecArray) => Doc];

const FORMS: readonly Form[] = [
  // Comments that document, the beginnings of classes, and what closes a block.
  [/^(\/?\*|export class |export (async )?function |\}|noGrad\(\(|readonly [^ ]*: )/, ({ input }) => input],
  [
    /^import \{ (.*) \}( from '.*';)$/,
    ([, names = '', from = '']) => ['import ', importedDoc(names.split(', ')), from],
  ],
  [/^return (.*);$/, ([, of = '']) => ['return ', docOf(new Parser(of).expression()), ';']],
  [/^if \((.*)\) \{$/, ([, of = '']) => conditionDoc(of.split(' && '))],
  [/^(.* (?:of) )(.*)\) \{$/, ([, open = '', of = '']) => [open, docOf(new Parser(of).expression()), ') {']],
  [/^((?:static )?(?:override )?(?:constructor|forward|backward)\()(.*)(\)(?:: .*)?) \{$/, signatureDoc],
  [/^((?:const |let |readonly )?)(.*);$/, ([, word = '', of = '']) => [...statementDoc(word, new Parser(of)), ';']],
];

/** A name that stands alone stays in its line. */
const importedDoc = (names: readonly string[]): Doc =>
  names.length === 1
    ? ['{ ', ...names, ' }']
    : group(['{', indent([line, joined(names, [',', line]), comma]), line, '}']);

const conditionDoc = (parts: readonly string[]): Doc =>
  group([
    'if (',
    group([
      indent([
        softline,
        joined(
          parts.map((part) => docOf(new Parser(part).expression())),
          [' &&', line],
        ),
      ]),
      softline,
    ]),
    ') {',
  ]);

/** A method's head: what it takes is broken before the type of what it gives. */
function signatureDoc([, open = '', parameters = '', close = '']: RegExpExecArray): Doc {
  const given = parameters.match(/[^,[ ][^,[]*(?:\[[^\]]*\][^,]*)?/g) ?? [];
  if (given.length === 0) return [open, close, ' {'];
  const type = close.slice(')'.length + ': '.length);
  return group([
    open,
    indent([softline, joined(given.map(parameterDoc), [',', line]), comma]),
    softline,
    ')',
    type === '' ? '' : [': ', typeDoc(type)],
    ' {',
  ]);
}

function parameterDoc(parameter: string): Doc {
  const [, name = parameter, type] = /^([^:]*: )(.*)$/.exec(parameter) ?? [];
  return type === undefined ? name : [name, typeDoc(type)];
}

/** `[Tensor, Tensor]`, `FunctionContext<[Tensor, Tensor]>`. */
function typeDoc(type: string): Doc {
  const [, before = '', items, after = ''] = /^([^[]*)\[(.*)\](>?)$/.exec(type) ?? [];
  if (items === undefined) return type;
  const tuple = group(['[', indent([softline, joined(items.split(', '), [',', line]), comma]), softline, ']']);
  return before === '' ? tuple : [before, group([indent([softline, tuple]), softline]), after];
}

/** What a statement begins with, and what follows. */
function statementDoc(word: string, parser: Parser): Doc[] {
  const left = parser.expression();
  if (parser.take('='))
    return [word, assignment(left.kind === 'member' ? flatText(left) : docOf(left), ' =', parser.expression())];
  return [word, left.kind === 'call' && left.of.kind === 'member' ? chainStatement(left) : docOf(left)];
}
