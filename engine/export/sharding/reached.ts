import { operations } from '../../ops/index.ts';
import type { CodeValue, HeldTensor, Loop, Script, Statement } from '../script.ts';

/** What the backward pass of a script reaches. */
export interface Reached {
  readonly values: ReadonlySet<CodeValue>;
  /** Addresses of the parameters that get a gradient, in passes in which every loop runs that may run. */
  readonly parameters: ReadonlySet<string>;
}

/** Follows gradients from the losses home. */
export function reachedBy({ forward, losses, tensors }: Script): Reached {
  const values = new Set(losses);
  const parameters = new Set<string>();
  const reach = (inputs: readonly CodeValue[], passes: (i: number) => boolean = () => true) => {
    for (const [i, value] of inputs.entries()) if (passes(i)) values.add(value);
  };
  /** From some values to those at the same places of another list. */
  const pass = (from: readonly CodeValue[], to: readonly CodeValue[]) =>
    reach(to, (i) => from[i] !== undefined && values.has(from[i]));

  const visit = (statements: readonly Statement[], held: readonly HeldTensor[]): void => {
    for (const statement of statements.toReversed())
      if (statement.outputs.some((value) => values.has(value))) through(statement);
    for (const { value, parameter } of held)
      if (values.has(value) && parameter.requiresGrad) parameters.add(parameter.address);
  };
  const through = (statement: Statement): void => {
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
        visit(statement.body, []);
        break;
      case 'instance':
        pass(statement.outputs, statement.definition.outputs);
        visit(statement.definition.body, statement.definition.tensors);
        pass(statement.definition.inputs, statement.inputs);
        break;
      case 'loop':
        around(statement);
        break;
      default:
        statement satisfies never;
    }
  };
  const around = ({ body, tensors: held, count, inputs, currents, nexts, outputs }: Loop): void => {
    if (count !== 0) {
      pass(outputs, nexts);
      // One iteration's gradients are what those of the one before begin with, until nothing new is reached.
      for (let before = -1; before < values.size; ) {
        before = values.size;
        visit(body, held);
        pass(currents, nexts);
      }
    }
    pass(currents, inputs);
    if (count === 0 || (typeof count !== 'number' && count.min === 0)) pass(outputs, inputs);
  };
  visit(forward, tensors);
  return { values, parameters };
}
