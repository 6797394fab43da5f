import type { CodeValue, HeldTensor, Layer, Statement } from './script.ts';

/** It has neither weights nor a state: it is written as an operation. */
export const holdsNothing = ({ layer }: Layer): boolean => layer === 'Flatten';

/** Statements in the body of one; what a class holds is its own affair. */
const inside = (statement: Statement): readonly Statement[] => (statement.kind === 'loop' ? statement.body : []);

const within = (statement: Statement): readonly Statement[] =>
  statement.kind === 'instance' ? statement.definition.body : 'body' in statement ? statement.body : [];

/** Does it draw from a random stream in every pass? Then it has to run, whether or not anything reads what it gives. */
export const drawsNumbers = (statement: Statement): boolean =>
  (statement.kind === 'layer' && statement.layer === 'Dropout') ||
  (statement.kind === 'loop' && typeof statement.count !== 'number') ||
  within(statement).some(drawsNumbers);

/** Is it, or does it hold, an object that is made once and called in every pass? */
export const isStateful = (statement: Statement): boolean =>
  statement.kind === 'chain' ||
  statement.kind === 'instance' ||
  (statement.kind === 'layer' && statement.parameters.length > 0) ||
  (statement.kind === 'loop' && statement.tensors.length > 0) ||
  drawsNumbers(statement) ||
  inside(statement).some(isStateful);

/** Numbers that follow the batch, among the attributes of an operation. */
const numbersIn = (attribute: unknown): CodeValue[] => {
  if (Array.isArray(attribute)) return attribute.flatMap(numbersIn);
  return isNumber(attribute) ? [attribute] : [];
};

/** Is it a number that follows the batch? */
export const isNumber = (attribute: unknown): attribute is CodeValue =>
  typeof attribute === 'object' && attribute !== null && 'isNumber' in attribute;

/** All values that it reads, those of a loop's body too. */
export const readsOf = (statement: Statement): readonly CodeValue[] => [
  ...statement.inputs,
  ...(statement.kind === 'operation' ? Object.values(statement.attrs).flatMap(numbersIn) : []),
  ...inside(statement).flatMap(readsOf),
  ...(statement.kind === 'loop' ? statement.nexts : []),
];

/**
 * Without what nobody reads: no code should have a variable that is never used. What draws numbers stays, so that what draws after
 * it draws the same; unless `drawing` is false.
 */
export function used(statements: readonly Statement[], results: Iterable<CodeValue>, drawing = true): Statement[] {
  const needed = new Set(results);
  const kept: Statement[] = [];
  for (const statement of statements.toReversed()) {
    if (!(drawing && drawsNumbers(statement)) && !statement.outputs.some((value) => needed.has(value))) continue;
    // The body of an untied loop is a class, which has to stay what it is.
    const isWritten = statement.kind === 'loop' && !statement.untied;
    const whole = isWritten ? { ...statement, body: used(statement.body, statement.nexts, drawing) } : statement;
    kept.push(whole);
    for (const value of readsOf(whole)) needed.add(value);
  }
  return kept.toReversed();
}

/** Addresses of the parameters that results are made of. */
export function parametersRead(
  statements: readonly Statement[],
  results: readonly CodeValue[],
  tensors: readonly HeldTensor[],
): string[] {
  const needed = used(statements, results, false);
  const values = new Set(needed.flatMap(readsOf));
  const held = tensors.filter(({ value }) => values.has(value)).map(({ parameter }) => parameter.address);
  return [...held, ...needed.flatMap(parametersReadBy)];
}

function parametersReadBy(statement: Statement): string[] {
  switch (statement.kind) {
    case 'layer':
      return statement.parameters.map(({ address }) => address);
    case 'chain':
      return parametersRead(statement.body, statement.outputs, []);
    case 'loop':
      return parametersRead(statement.body, statement.nexts, statement.tensors);
    case 'instance':
      return parametersRead(statement.definition.body, statement.definition.outputs, statement.definition.tensors);
    case 'operation':
    case 'function':
      return [];
    default:
      return statement satisfies never;
  }
}

/** How often each value is read. */
export function countReads(statements: readonly Statement[], results: readonly CodeValue[]): Map<CodeValue, number> {
  const counts = new Map<CodeValue, number>();
  for (const value of [...statements.flatMap(readsOf), ...results]) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Is there a loop that may run no iteration at all? */
export const canSkip = (statements: readonly Statement[]): boolean =>
  statements.some(
    (statement) =>
      (statement.kind === 'loop' && typeof statement.count !== 'number' && statement.count.min === 0) ||
      canSkip(within(statement)),
  );
