import type { FunctionProblem } from '../functions/problems.ts';
import { type SettingProblem, settingProblemText } from '../nodes/settings.ts';
import type { Diagnostic } from './document.ts';
import { moduleName } from './kinds.ts';

/** A template: `{name}` is replaced by what was found. Every diagnostic says what is wrong and what to do. */
export interface DiagnosticTemplate {
  readonly severity?: 'warning';
  readonly message: string;
  readonly hint: string;
}

/** Every diagnostic there is, by code. Codes are stable: tests and users name them. `docs/diagnostics.md` is made from it. */
export const diagnosticTable = {
  'file-not-found': {
    message: 'There is no file or example named {file}',
    hint: 'Check the path; `gradloom examples` lists the examples',
  },
  'file-is-folder': {
    message: '{folder} is a folder, not a document',
    hint: 'Name a document in it, as in {folder}/NAME.gradloom.json',
  },
  'file-unreadable': {
    message: '{file} cannot be read: {reason}',
    hint: 'Allow yourself to read it, or name another file',
  },
  'file-too-large': {
    message: 'The document has {size} MB; at most {limit} MB are read',
    hint: 'Move data into files that the document names in `data`',
  },
  'malformed-json': {
    message: 'Not valid JSON at line {line}, column {column}: {reason}',
    hint: 'Correct that line, or take an older copy of the file',
  },
  'not-a-document': {
    message: 'This JSON is not a Gradloom document',
    hint: 'Open a file whose "format" is "gradloom"',
  },
  'newer-version': {
    message: 'The document has version {version}; this Gradloom reads up to {known}',
    hint: 'Update Gradloom, or save the document in version {known}',
  },
  'invalid-field': { message: '{path}: {reason}', hint: 'Correct this field; docs/document-format.md describes it' },
  'duplicate-id': { message: 'Two nodes are named {id}', hint: 'Rename one of them' },
  'unknown-kind': { message: 'There is no kind of node named {kind}', hint: '{suggestion}' },
  'unknown-parent': {
    message: '{id} lies in {parent}, which is not a block of this document',
    hint: 'Move the node out of it, or into a block',
  },
  'nested-cycle': { message: 'The blocks {ids} contain each other', hint: 'Move one of them out' },
  'nested-too-deep': {
    message: '{id} lies {depth} blocks deep; at most {limit} are followed',
    hint: 'Move its contents out of some of the blocks around it',
  },
  'outside-only': {
    message: '{kind} cannot stand in {where}',
    hint: '{remedy}: a pass has its losses and updates once',
  },
  'not-chainable': {
    message: '{kind} cannot stand in a Sequential',
    hint: 'A node in a chain has one input and one output; move this one outside',
  },
  'unknown-setting': {
    severity: 'warning',
    message: '{kind} has no setting named {setting}',
    hint: 'Remove it; known are: {known}',
  },
  'invalid-setting': { message: '{setting} of {kind}: {reason}, got {got}', hint: 'Change {setting} in the inspector' },
  'unknown-param': {
    message: '{setting} is to be the param {param}, which this module does not have',
    hint: 'Give the module that param, or enter a value; known are: {known}',
  },
  'recursive-module': {
    message: '{module} contains itself: {circle}',
    hint: 'Take one of these instances out; a Repeat runs a body several times',
  },
  'missing-output': {
    message: 'Nothing is wired to the output {port} of this module',
    hint: 'Draw a wire to the inner side of {port}',
  },
  'cannot-tie': {
    message: '{id} cannot share the weights of {target}: {reason}',
    hint: 'Choose an instance of the same module with the same settings, or give it weights of its own',
  },
  'unknown-port': {
    message: 'The wire {from} → {to} names a port that does not exist: {address}',
    hint: 'Remove the wire and draw it anew',
  },
  'inside-chain': {
    message: 'The wire {from} → {to} ends inside a Sequential',
    hint: 'Wire the Sequential itself: its nodes are chained in their order',
  },
  'leaves-block': {
    message: 'The wire {from} → {to} leads out of {block}',
    hint: 'Wire it to the inner side of a terminal on the right border of {block}, and go on from the outer side',
  },
  'late-inside': {
    message: 'The wire {from} → {to} brings a gradient into or out of a block',
    hint: 'Use gradients outside of blocks: they are there when the pass through all blocks is over',
  },
  'late-loss': {
    message: '{kind} depends on a gradient, which is there only after the backward pass',
    hint: 'Wire it to values of the forward pass',
  },
  'type-mismatch': { message: '{from} gives {given}, but {to} takes {taken}', hint: 'Wire a port of type {taken}' },
  'several-wires': {
    message: '{count} wires run into {port}: {wires}',
    hint: 'Keep one of them; add values with an Add node',
  },
  'missing-input': { message: 'Nothing is wired to {port} of {kind}', hint: 'Draw a wire to {port}' },
  cycle: { message: 'The wires run in a circle: {wires}', hint: 'Remove one of these wires' },
  'shape-mismatch': {
    message: '{reason}: expected {expected}, got {got}',
    hint: 'Change the sizes here or in what is wired to {port}',
  },
  'carried-shape': {
    message: '{wire} carries {got} into the next iteration, but the loop began with {expected}',
    hint: 'What a Repeat carries keeps its shape: make {wire} give {expected}',
  },
  'loop-bounds': {
    message: '{node} is to run at least {min} and at most {max} times',
    hint: 'Lower the one to at most {max}, or raise the other to at least {min}',
  },
  'nesterov-dampening': {
    message: '{node} takes Nesterov’s form of momentum, which has no dampening',
    hint: 'Set dampening to 0, or switch nesterov off',
  },
  'loop-untied': {
    message: 'The weights of {node} are untied, one copy for each iteration, but its count is drawn anew in every pass',
    hint: 'Choose a fixed count, or shared weights',
  },
  'too-many-iterations': {
    message: 'The loops around {kind} run it {count} times in one pass; at most {limit} are recorded',
    hint: 'Lower the counts of the loops',
  },
  'too-many-nodes': {
    message: 'With all instances written out, the network has more than {limit} nodes',
    hint: 'Use fewer instances',
  },
  'too-large': {
    message: '{kind} makes a value of shape {shape}, which is {count} numbers; at most {limit} fit',
    hint: 'Choose smaller sizes here or in what is wired to it',
  },
  'exceeds-memory': {
    message:
      'A run takes about {size} of memory, and {limit} can be had; {node} takes most, {part}, with values of shape {shape}',
    hint: 'Choose a smaller batch size, or smaller sizes at {node} or in what is wired to it',
  },
  'function-failed': { message: '{where}{said}', hint: '{remedy}' },
  'function-outputs': {
    message: '{kind} has {expected} outputs, but forward returns {got} tensors',
    hint: 'Set outputs to {got} in the inspector, or return {expected} tensors',
  },
  'function-pending': {
    message: 'The code of {node} was not run yet: what it returns is not known',
    hint: 'Check the functions of the document, or train it',
  },
  'function-wrong': {
    message:
      'The backward of {node} is wrong at {element} of {input}: a finite difference gives {expected}, backward gives {got}',
    hint: 'Correct backward, or go on all the same with --insist',
  },
  'function-unchecked': {
    message: 'The backward of {node} could not be checked: {said}',
    hint: '{remedy}; or train all the same: gradloom train --insist',
  },
  'two-owners': {
    message: 'The parameters of {owned} are updated by {owners}',
    hint: 'A parameter has one owner: keep one optimizer for this loss, or one Update',
  },
  'unknown-parameter': {
    message: '{kind} names {parameter}, which holds no parameter',
    hint: 'Choose one in the inspector; known are: {known}',
  },
  'update-shape': {
    message: 'The gradient for {parameter} has shape {got}, the parameter {expected}',
    hint: 'Wire a gradient of the shape {expected}',
  },
  'loss-not-scalar': {
    message: '{loss} is to be minimised, but it is {got} instead of one number',
    hint: 'Choose the reduction mean or sum, or put a Sum or Mean after it',
  },
  'no-parameters': {
    severity: 'warning',
    message: '{kind} has nothing to update: no parameter reaches its loss',
    hint: 'Put a layer with weights, such as Linear, before the loss',
  },
  'no-gradient': {
    severity: 'warning',
    message: '{kind} updates nothing: {parameter} has no gradient, since its requiresGrad is off',
    hint: 'Turn requiresGrad of {parameter} on, or wire another gradient',
  },
  'batch-rows': {
    message: 'Minibatches need equally many samples everywhere, but the data have {rows}',
    hint: 'Give all data the same number of rows, or clear the batch size',
  },
  'batch-size': {
    message: 'The batch size is {batch}, but there are only {rows} samples',
    hint: 'Choose a batch size of at most {rows}',
  },
  'unknown-loss': {
    message: '{loss} is listed as a loss of the run, but there is no such port outside of blocks',
    hint: 'List ports of scalars, such as those of loss nodes',
  },
  'duplicate-loss': {
    message: '{loss} is listed {count} times among the losses of the run',
    hint: 'List every loss once',
  },
  'loss-not-trained': {
    severity: 'warning',
    message: '{kind} trains nothing: its loss {loss} is not among the losses of the run',
    hint: 'Add {loss} to the losses of the run, or remove the optimizer',
  },
  'unknown-draw': {
    severity: 'warning',
    message: '{draw} is listed among the draws of the run, but nothing of that name is drawn',
    hint: 'Remove it from `run.draws`, or correct it: a data node or a node with parameters, as in first/linear1',
  },
  'duplicate-draw': {
    severity: 'warning',
    message: '{draw} is listed {count} times among the draws of the run; its last place counts',
    hint: 'List it once in `run.draws`',
  },
  'many-plans': {
    severity: 'warning',
    message:
      'The loops can run in {count} ways, mostly those of {node}; static mode captures {limit} of them and runs the rest dynamically',
    hint: 'Narrow the count of {node}, or train in auto or dynamic mode: the numbers are the same',
  },
  'run-length': {
    severity: 'warning',
    message: 'The run names {named}; {taken}',
    hint: 'Name either steps or epochs',
  },
  'no-loss': {
    message: 'There is no loss to train on',
    hint: 'Add a loss node, such as MSELoss, and wire the prediction and the target to it',
  },
  'label-range': {
    message: 'The labels go from {low} to {high}, but the scores have {classes} classes',
    hint: 'Labels count from 0 to {last}; give the last layer {needed} outputs, or correct the labels',
  },
  'loss-not-finite': {
    message: 'The loss became {value} at step {step}',
    hint: 'Go back to the first NaN or ∞ to see its cause, often a logarithm of zero, a division by zero or too high a learning rate; then Reset',
  },
  'run-failed': {
    message: 'The run failed at step {step}: {reason}',
    hint: 'Reset and train again; if it happens again, report it with the document',
  },
  'out-of-memory': {
    message: 'The memory is full: this run needs more than there is',
    hint: 'Choose a smaller batch or smaller layers, or close other documents and programs; then train again',
  },
  'cannot-save': {
    message: 'The weights cannot be written to {file}: {reason}',
    hint: 'Choose a file in a folder that exists and that you may write to',
  },
  'weights-unreadable': { message: 'No weights can be read from {file}: {reason}', hint: '{remedy}' },
  'weights-missing': {
    message: '{file} lacks parameters that the document has: {names}',
    hint: 'Take weights that were saved from this document (Save weights…, gradloom train --save): they are named after the ids of its nodes',
  },
  'weights-unexpected': {
    message: '{file} holds what is no parameter of the document: {names}',
    hint: 'Take weights that were saved from this document (Save weights…, gradloom train --save): they are named after the ids of its nodes',
  },
  'weights-shape': {
    message: '{name} of {file} does not fit the document: expected {expected}, got {got}',
    hint: 'Take other weights, or change the sizes of that node to theirs',
  },
  'internal-error': {
    message: 'Gradloom failed: {reason}',
    hint: 'Try smaller sizes; if it happens again, report it with the document',
  },
  'no-gpu': {
    severity: 'warning',
    message: 'There is no WebGPU here ({reason}): the CPU trains instead',
    hint: '{remedy}, or choose Auto as the device',
  },
  'gpu-failed': {
    severity: 'warning',
    message: 'The GPU failed ({reason}). The run continues {where}',
    hint: '{remedy}',
  },
  'export-data': {
    message: 'The data of {node}, in files of your own, cannot be exported to PyTorch',
    hint: 'Export to TypeScript, which takes the files along, or take other data: a drawn set, MNIST or random tensors',
  },
  'export-draws': {
    message: 'The random numbers of {node} are drawn in an order that no class written as code has',
    hint: 'Remove `draws` from the document’s `run`; the exported code then draws in the order of the nodes',
  },
  'export-uneven': {
    message:
      'The code of {node} does something else with the last batch of an epoch, of {rest}, than with those of {batch}',
    hint: 'Choose a batch size that divides the number of samples',
  },
  'export-absent': {
    message: '{node} computes with a gradient that some passes do not have, which code can leave out only as a whole',
    hint: 'Compute with it outside of loops and modules, or let every pass use the parameter',
  },
  'export-untied': {
    message: '{node} changes by hand what each iteration of a loop has its own copy of, and that cannot be exported',
    hint: 'Name the parameters that it is for, share the weights of the loop, or let an optimizer update them',
  },
  'export-distributed': {
    message: '{node} needs rows of a batch that other processes have',
    hint: 'Let the rows meet only in the loss, as a sum or a mean at the top of the document, or export without --distributed',
  },
  'export-distributed-loss': {
    message: 'The loss {node} is no sum or mean over the rows of a batch: every process would count it again',
    hint: 'Take the loss of the rows alone, and an optimizer’s weight decay for a penalty; or export without --distributed',
  },
  'export-distributed-rows': {
    message: '{node} has {others} rows beside data of {rows}, and processes can share only rows that belong together',
    hint: 'Give all data as many rows, or export without --distributed',
  },
  'export-format': { message: 'Nothing is exported to {format}', hint: 'Available: {known}' },
  'export-nesting': {
    message: '{node} stands in more loops than Python lets stand in each other: {depth}',
    hint: 'Put some of the loops into a module of their own, or export to TypeScript',
  },
  'export-unwritable': {
    message: 'The code cannot be written to {file}: {reason}',
    hint: 'Name a folder that is there, or can be made, and that you may write to',
  },
  'export-exists': {
    message: '{file} exists already',
    hint: 'Name another folder, or write over it: gradloom export --force',
  },
  'unsupported-option': { message: '{option} {value} is not available', hint: 'Available: {known}' },
} as const satisfies Readonly<Record<string, DiagnosticTemplate>>;

export type DiagnosticCode = keyof typeof diagnosticTable;

/** Fills a row of the table. `place` names the node and port it is shown at. */
export function diagnostic(
  code: DiagnosticCode,
  place: { readonly module?: string; readonly node?: string; readonly port?: string },
  values: Readonly<Record<string, string | number>> = {},
): Diagnostic {
  const row: DiagnosticTemplate = diagnosticTable[code];
  const named = withKindName(values);
  // What is put between brackets may have been a sentence.
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => String(named[name] ?? whole)).replaceAll(/(?<!\.)\.\)/g, ')');
  const said = { message: fill(row.message), hint: fill(row.hint) };
  const found = Object.keys(named).length === 0 ? {} : { values: named };
  return { code, severity: row.severity ?? 'error', ...place, ...said, ...found };
}

/** What is wrong with the last batch of an epoch alone, which has so many samples. `lastBatch` lets other languages say it. */
export const withLastBatch = (problem: Diagnostic, rows: number): Diagnostic => ({
  ...problem,
  message: `With the last batch of an epoch, of ${rows}: ${problem.message}`,
  values: { ...problem.values, lastBatch: rows },
});

/** Users know an instance by the name of its module. */
function withKindName(values: Readonly<Record<string, string | number>>): Readonly<Record<string, string | number>> {
  const name = typeof values.kind === 'string' ? moduleName(values.kind) : undefined;
  return name === undefined ? values : { ...values, kind: name };
}

/** What `invalid-setting` says: `problem` and `bound` let other languages give the reason. */
export function invalidSetting(
  what: { readonly kind: string; readonly setting: string; readonly got: string | number },
  problem: SettingProblem,
): Readonly<Record<string, string | number>> {
  const { reason, bound } = problem;
  const values = { ...what, reason: settingProblemText(problem), problem: reason };
  return bound === undefined ? values : { ...values, bound };
}

/** A value as users would write it; JSON has no word for what is infinite. */
export const shownValue = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');

/** What `function-failed` says: with `problem` and its own values other languages say the same. */
export function functionFailed(
  place: { readonly module?: string; readonly node?: string },
  { code, message, hint, values, line }: FunctionProblem,
): Diagnostic {
  const at = line === undefined ? { where: '' } : { where: `Line ${line}: `, line };
  return diagnostic('function-failed', place, { ...values, problem: code, ...at, said: message, remedy: hint });
}
