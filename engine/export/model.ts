import type { CodeValue, Definition, HeldTensor, Script, Statement } from './script.ts';
import { isStateful, readsOf } from './statements.ts';

/**
 * A script whose layers stand in one class, as one would write it: all that has weights, what lies between them, and what follows
 * from them alone until something else comes in, which is the loss. The script itself where there is nothing to gather.
 */
export function withModel(script: Script, name: string): Script {
  const inside = modelStatements(script);
  if (inside.size < 2) return script;
  const body = script.forward.filter((statement) => inside.has(statement));
  const around = script.forward.filter((statement) => !inside.has(statement));
  const tensors = script.tensors.filter((tensor) => isHeldBy(tensor, script, inside));
  const held = new Set(tensors.map(({ value }) => value));
  const made = new Set(body.flatMap(({ outputs }) => outputs));
  const inputs = [...new Set(body.flatMap(readsFromOutside(made)))].filter((value) => !held.has(value));
  const wanted = new Set([...around.flatMap(readsOf), ...script.update.flatMap(readsOf), ...written(script)]);
  const outputs = [...made].filter((value) => wanted.has(value));
  if (outputs.length === 0) return script;
  const definition: Definition = {
    name,
    notes: [],
    inputs,
    inputNames: inputs.map((value) => script.hints.get(value) ?? ''),
    outputs,
    body,
    tensors,
  };
  const place = { id: 'model', address: '', name: 'model', owner: '', module: undefined, notes: [] };
  // Outside of the class the same values are what calling it gives.
  const results = new Map(outputs.map((value) => [value, { ...value }]));
  const hints = new Map(script.hints);
  for (const [value, result] of results)
    hints.set(result, results.size === 1 ? 'y_pred' : (script.hints.get(value) ?? 'y_pred'));
  const rename = (value: CodeValue): CodeValue => results.get(value) ?? value;
  const after = dependents(around, new Set(outputs));
  const before = around.filter((statement) => !after.has(statement));
  const behind = around.filter((statement) => after.has(statement));
  if (!keepsReads(script.forward, [...before, ...body, ...behind])) return script;
  const call: Statement = { kind: 'instance', definition, args: {}, place, inputs, outputs: [...results.values()] };
  return {
    ...script,
    hints,
    tensors: script.tensors.filter((tensor) => !tensors.includes(tensor)),
    forward: [...before, call, ...behind.map((statement) => renamed(statement, rename))],
    update: script.update.map((statement) => renamed(statement, rename)),
    losses: script.losses.map(rename),
    updates: script.updates.map((update) => ({ ...update, gradient: rename(update.gradient) })),
  };
}

/**
 * Gradients are summed in the order in which values are read, and sums of three numbers or more depend on it in their last bits: do
 * those who read one value still come in their order?
 */
function keepsReads(before: readonly Statement[], after: readonly Statement[]): boolean {
  const rank = new Map(before.map((statement, i) => [statement, i]));
  const reads = new Map<CodeValue, number[]>();
  for (const statement of after)
    for (const value of readsOf(statement)) {
      const ranks = reads.get(value) ?? [];
      reads.set(value, ranks);
      ranks.push(rank.get(statement) ?? -1);
    }
  return [...reads.values()].every(
    (ranks) => ranks.length < 3 || ranks.every((one, i) => i === 0 || one >= (ranks[i - 1] ?? 0)),
  );
}

const written = ({ losses, updates }: Script): CodeValue[] => [...losses, ...updates.map(({ gradient }) => gradient)];

function modelStatements({ forward, losses }: Script): ReadonlySet<Statement> {
  const stateful = forward.filter(isStateful);
  const behind = dependents(forward, new Set(stateful.flatMap(({ outputs }) => outputs)));
  const before = dependencies(forward, new Set(stateful.flatMap(readsOf)));
  const inside = new Set([...stateful, ...[...behind].filter((statement) => before.has(statement))]);
  if (inside.size === 0) return inside;
  const made = new Set([...inside].flatMap(({ outputs }) => outputs));
  const final = new Set(losses);
  for (const statement of forward) {
    if (inside.has(statement) || (statement.kind === 'layer' && statement.isLoss)) continue;
    const reads = readsOf(statement).filter(({ constant }) => constant === undefined);
    const own = new Set(reads.filter((value) => made.has(value)));
    if (own.size === 0 || own.size < new Set(reads).size || statement.outputs.some((value) => final.has(value)))
      continue;
    inside.add(statement);
    for (const value of statement.outputs) made.add(value);
  }
  return inside;
}

/** Statements that read one of these values, or what such a statement makes. */
function dependents(statements: readonly Statement[], values: Set<CodeValue>): Set<Statement> {
  const found = new Set<Statement>();
  for (const statement of statements) {
    if (!readsOf(statement).some((value) => values.has(value))) continue;
    found.add(statement);
    for (const value of statement.outputs) values.add(value);
  }
  return found;
}

/** Statements that make one of these values, or what such a statement reads. */
function dependencies(statements: readonly Statement[], values: Set<CodeValue>): Set<Statement> {
  const found = new Set<Statement>();
  for (const statement of statements.toReversed()) {
    if (!statement.outputs.some((value) => values.has(value))) continue;
    found.add(statement);
    for (const value of readsOf(statement)) values.add(value);
  }
  return found;
}

/** A tensor that only the model reads is one of its parameters. */
function isHeldBy({ value, parameter }: HeldTensor, script: Script, inside: ReadonlySet<Statement>): boolean {
  const outside = [...script.forward.filter((statement) => !inside.has(statement)), ...script.update];
  const byHand = [...script.updates, ...script.zeroGrads].some(({ parameters }) =>
    parameters.includes(parameter.address),
  );
  return (
    !byHand &&
    [...inside].some((statement) => readsOf(statement).includes(value)) &&
    ![...outside.flatMap(readsOf), ...written(script), ...script.gradients.keys()].includes(value)
  );
}

/** What a statement reads that nothing in the body makes. What a loop carries is its own. */
const readsFromOutside =
  (made: ReadonlySet<CodeValue>) =>
  (statement: Statement): CodeValue[] => {
    const own = ownOf(statement);
    return readsOf(statement).filter((value) => value.constant === undefined && !made.has(value) && !own.has(value));
  };

/** What loops in it carry, and what their bodies make. */
function ownOf(statement: Statement): Set<CodeValue> {
  if (statement.kind !== 'loop') return new Set();
  return new Set([
    ...statement.currents,
    ...statement.tensors.map(({ value }) => value),
    ...statement.body.flatMap((inner) => [...inner.outputs, ...ownOf(inner)]),
  ]);
}

function renamed(statement: Statement, rename: (value: CodeValue) => CodeValue): Statement {
  const inputs = statement.inputs.map(rename);
  if (statement.kind !== 'loop') return { ...statement, inputs };
  const body = statement.body.map((inner) => renamed(inner, rename));
  return { ...statement, inputs, nexts: statement.nexts.map(rename), body };
}
