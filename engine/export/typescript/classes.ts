import { columns } from '../layout/columns.ts';
import { indented, type Line, lines } from '../line.ts';
import type { ClassParts, OwnFunctionParts } from '../writing/language.ts';
import { madeLine } from '../writing/made_line.ts';
import { docComment, INDENT, WIDTH } from './words.ts';

const typed = (isTyped: boolean, annotation: string): string => (isTyped ? annotation : '');

/** Names with the type of tensors; those that nothing reads say so, as compilers ask for. */
const parameters = (names: readonly string[], body: readonly string[], isTyped: boolean): string[] =>
  names.map((name) => `${isNamed(name, body) ? '' : '_'}${name}${typed(isTyped, ': Tensor')}`);

const isNamed = (name: string, texts: readonly string[]): boolean => {
  const word = new RegExp(`(?<![.$\\p{ID_Continue}])${name.replaceAll('$', '\\$')}(?![$\\p{ID_Continue}])`, 'u');
  return texts.some((text) => !text.trimStart().startsWith('//') && word.test(text));
};

const tensors = (count: number): string => (count === 1 ? 'Tensor' : `[${Array(count).fill('Tensor').join(', ')}]`);

/** A field without its value. */
function field({ name, type }: ClassParts['members'][number], isTyped: boolean): string {
  if (!isTyped) return `${name};`;
  const line = `readonly ${name}: ${type};`;
  // What stands in a long chain is nobody's business then; what a list holds, its loop has to know.
  return INDENT.length + columns(line) <= WIDTH ? line : `readonly ${name}: ${type.replace(/<\[.*/, '')};`;
}

/** A class of modules. What its constructor is given makes its fields; without that they make themselves. */
export function moduleClass({ name, notes, params, members, forward }: ClassParts, isTyped: boolean): Line[] {
  const isPlain = params.length === 0;
  const fields = members.map((member) =>
    isPlain
      ? madeLine(`${typed(isTyped, 'readonly ')}${member.name} = `, member, ';')
      : { text: field(member, isTyped), places: member.places },
  );
  const made = members.map((member) => madeLine(`this.${member.name} = `, member, ';'));
  const taken = params.map((param) => `${param.name}${typed(isTyped, `: ${typeof param.value}`)}`);
  const making = [
    ...lines([`constructor(${taken.join(', ')}) {`, `${INDENT}super();`]),
    ...indented(made, INDENT),
    ...lines(['}']),
  ];
  const { inputs, body, results, resultPlaces } = forward;
  const returned = results.length === 1 ? results[0] : `[${results.join(', ')}]`;
  const text = [...body.map((line) => line.text), ...results];
  const given = parameters(inputs, text, isTyped).join(', ');
  const head = `${typed(isTyped, 'override ')}forward(${given})${typed(isTyped, `: ${tensors(results.length)}`)} {`;
  return [
    ...lines(['', ...(notes.length === 0 ? [] : docComment(notes)), `export class ${name} extends nn.Module {`]),
    ...indented(
      [
        ...fields,
        ...(members.length === 0 ? [] : lines([''])),
        ...(isPlain ? [] : [...making, ...lines([''])]),
        ...lines([head]),
        ...indented([...body, ...lines([`return ${returned};`], ...resultPlaces)], INDENT),
        ...lines(['}']),
      ],
      INDENT,
    ),
    ...lines(['}']),
  ];
}

/** A function of the user's own, with its backward. */
export function functionClass({ name, forward, backward }: OwnFunctionParts, isTyped: boolean): Line[] {
  const saved = forward.saved.map(() => 'Tensor').join(', ');
  const context = `autograd.FunctionContext${saved === '' ? '' : `<[${saved}]>`}`;
  const half = (kind: string, inputs: readonly string[], body: readonly Line[], type: string): Line[] => {
    const texts = body.map(({ text }) => text);
    const ctx = `${isNamed('ctx', texts) ? '' : '_'}ctx${typed(isTyped, `: ${context}`)}`;
    const given = [ctx, ...parameters(inputs, texts, isTyped)];
    const head = `static ${typed(isTyped, 'override ')}${kind}(${given.join(', ')})${typed(isTyped, `: ${type}`)} {`;
    return [...lines([head]), ...indented(body, INDENT), ...lines(['}'])];
  };
  const saving = forward.saved.length === 0 ? [] : [`ctx.saveForBackward(${forward.saved.join(', ')});`];
  const last = backward.saved.findLastIndex((one) => one !== undefined);
  const loading =
    last < 0
      ? []
      : [
          `const [${backward.saved
            .slice(0, last + 1)
            .map((one) => one ?? '')
            .join(', ')}] = ctx.savedTensors;`,
        ];
  const gradients = backward.results.map((result) => (result === null ? 'null' : 'Tensor'));
  const list = (texts: readonly (string | null)[]) => (texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`);
  return [
    ...lines(['', `export class ${name} extends autograd.Function {`]),
    ...indented(
      [
        ...half(
          'forward',
          forward.inputs,
          [...forward.body, ...lines([...saving, `return ${list(forward.results)};`])],
          tensors(forward.results.length),
        ),
        ...lines(['']),
        ...half(
          'backward',
          backward.inputs,
          [
            ...lines(loading),
            ...backward.body,
            ...lines([`return ${list(backward.results.map((result) => result ?? 'null'))};`]),
          ],
          list(gradients),
        ),
      ],
      INDENT,
    ),
    ...lines(['}']),
  ];
}
