import { operations } from '../../ops/index.ts';
import type { CodeValue, HeldTensor, Loop, Script, Statement } from '../script.ts';

/** What the backward pass of a script reaches. */
export interface Reached {
  readonly values: ReadonlySet<CodeValue>;
  /** Addresses of the parameters that get a gradient. */
  readonly parameters: ReadonlySet<string>;
}

/** How often loops run is drawn: what is reached in some pass, or what is in every one? */
type Passes = 'some' | 'every';

interface Found extends Reached {
  readonly values: Set<CodeValue>;
  readonly parameters: Set<string>;
}

/** Follows gradients from the losses home. */
export function reachedBy({ forward, losses, tensors }: Script, passes: Passes): Reached {
  const found = foundSoFar(losses);
  visit(forward, tensors, found, passes);
  return found;
}

const foundSoFar = (values: readonly CodeValue[]): Found => ({ values: new Set(values), parameters: new Set() });

function visit(statements: readonly Statement[], held: readonly HeldTensor[], found: Found, passes: Passes): void {
  for (const statement of statements.toReversed())
    if (statement.outputs.some((value) => found.values.has(value))) through(statement, found, passes);
  for (const { value, parameter } of held)
    if (found.values.has(value) && parameter.requiresGrad) found.parameters.add(parameter.address);
}

function through(statement: Statement, found: Found, passes: Passes): void {
  const { values, parameters } = found;
  const reach = (inputs: readonly CodeValue[], isPassed: (i: number) => boolean = () => true) => {
    for (const [i, value] of inputs.entries()) if (isPassed(i)) values.add(value);
  };
  /** From some values to those at the same places of another list. */
  const pass = (from: readonly CodeValue[], to: readonly CodeValue[]) =>
    reach(to, (i) => from[i] !== undefined && values.has(from[i]));
  switch (statement.kind) {
    case 'operation': {
      const { backward, withoutGradient = [] } = operations.get(statement.op) ?? {};
      if (backward !== undefined) reach(statement.inputs, (i) => !withoutGradient.includes(i));
      break;
    }
    case 'function':
      reach(statement.inputs, (i) => statement.code.backward.results[i] !== null);
      break;
    case 'layer':
      reach(statement.inputs);
      for (const { address, requiresGrad } of statement.parameters) if (requiresGrad) parameters.add(address);
      break;
    case 'chain':
      visit(statement.body, [], found, passes);
      break;
    case 'instance':
      pass(statement.outputs, statement.definition.outputs);
      visit(statement.definition.body, statement.definition.tensors, found, passes);
      pass(statement.definition.inputs, statement.inputs);
      break;
    case 'loop':
      around(statement, found, passes);
      break;
    default:
      statement satisfies never;
  }
}

function around(loop: Loop, found: Found, passes: Passes): void {
  const ends = afterEach(loop, found, passes);
  const isFound = passes === 'some' ? ends.some.bind(ends) : ends.every.bind(ends);
  for (const end of ends) {
    for (const value of end.values) if (isFound(({ values }) => values.has(value))) found.values.add(value);
    for (const one of end.parameters) if (isFound(({ parameters }) => parameters.has(one))) found.parameters.add(one);
  }
}

/** What is reached before a loop and in it, for each number of iterations that it may have; what is the same again is left out. */
function afterEach(loop: Loop, { values }: Reached, passes: Passes): Reached[] {
  const { body, tensors, count, inputs, currents, nexts, outputs } = loop;
  const { min, max } = typeof count === 'number' ? { min: count, max: count } : count;
  const inside = foundSoFar([]);
  const ends = new Map<string, Reached>();
  const iterations = new Map<string, readonly boolean[]>();
  let carried: readonly boolean[] = outputs.map((value) => values.has(value));
  for (let times = 0; times <= max; times++) {
    const state = [...carried, inside.values.size, inside.parameters.size].join();
    if (ends.has(state)) break;
    if (times >= min)
      ends.set(state, {
        values: new Set([...inside.values, ...inputs.filter((_, i) => carried[i])]),
        parameters: new Set(inside.parameters),
      });
    const known = iterations.get(carried.join());
    if (known === undefined) {
      const iteration = foundSoFar(nexts.filter((_, i) => carried[i]));
      visit(body, tensors, iteration, passes);
      for (const value of iteration.values) inside.values.add(value);
      for (const address of iteration.parameters) inside.parameters.add(address);
      const before = currents.map((value) => iteration.values.has(value));
      iterations.set(carried.join(), before);
      carried = before;
    } else carried = known;
  }
  return [...ends.values()];
}
