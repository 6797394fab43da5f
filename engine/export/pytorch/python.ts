import type { RepeatCount } from '../../nodes/builder.ts';
import type { Settings } from '../../nodes/settings.ts';
import { WEIGHTS } from '../exported.ts';
import { indented, type Line, lines } from '../line.ts';
import type { CodeValue, Operation, Parameter, Place, Script } from '../script.ts';
import { activationClass } from '../writing/activations.ts';
import type {
  Carried,
  ClassParts,
  Language,
  Made,
  MadeOf,
  Named,
  Operand,
  OwnFunctionParts,
  ParameterItem,
  Passes,
  ScriptParts,
  WrittenArgument,
} from '../writing/language.ts';
import { madeLine } from '../writing/made_line.ts';
import { isUsual } from '../writing/usual.ts';
import { dataLines } from './data.ts';
import { called, constantText, operation, whole } from './expressions.ts';
import { laidStatement } from './layout/split.ts';
import { optimizerLine } from './optimizers.ts';
import { type Frame, PLAIN, trainFile } from './train_file.ts';
import { comments, docstring, INDENT, literal, number, pascal, snake, taken, tuple } from './words.ts';

/** Python with PyTorch. */
export class Python implements Language {
  readonly variable = snake;
  readonly type = pascal;
  readonly taken: Language['taken'] = taken;
  readonly given: Language['given'] = new Map();
  readonly comments = comments;
  readonly literal = literal;
  readonly laid = laidStatement;
  readonly number = constantText;
  readonly whole = whole;
  readonly operation: Language['operation'] = operation;
  #drawsCounts = false;
  #loadsWeights = false;

  tensor(value: CodeValue): string {
    return `torch.tensor(${constantText(value)})`;
  }
  flattened(input: Operand, startDim: unknown) {
    return called(input, 'flatten', [literal(startDim)]);
  }
  /** Layers take floats; of the losses one takes labels, which are whole numbers. */
  forLayer(layer: string, { dtype, constant }: CodeValue, text: string): string {
    const isTaken = dtype === 'f32' || constant !== undefined || (dtype === 'i32' && layer === 'CrossEntropyLoss');
    return isTaken ? text : `${text}.float()`;
  }
  called(module: string, args: readonly string[]): string {
    return `${module}(${args.join(', ')})`;
  }
  applied(functionClass: string, args: readonly string[]): string {
    return `${functionClass}.apply(${args.join(', ')})`;
  }
  own(attribute: string): string {
    return `self.${attribute}`;
  }
  cloned(text: string): string {
    return `${text}.clone()`;
  }

  assigned(names: readonly (string | undefined)[], text: string): string {
    return `${names.map((name) => name ?? '_').join(', ')} = ${text}`;
  }
  evaluated(text: string): string {
    return text;
  }
  carried(all: readonly Carried[]): readonly string[] {
    return [`${all.map(({ name }) => name).join(', ')} = ${all.map(({ start }) => start).join(', ')}`];
  }
  next(changes: readonly Named[]): string {
    return `${changes.map(({ name }) => name).join(', ')} = ${changes.map(({ text }) => text).join(', ')}`;
  }
  nextOf(names: readonly string[], call: string): string {
    return `${names.join(', ')} = ${call}`;
  }
  drawnCount(least: number, most: number): string {
    this.#drawsCounts = true;
    return `random.randint(${least}, ${most})`;
  }
  repeated(count: RepeatCount, _give: unknown, body: readonly Line[], place: Place): Line[] {
    const times = typeof count === 'number' ? `${count}` : this.drawnCount(count.min, count.max);
    return [...lines([`for _ in range(${times}):`], place), ...indented(body, INDENT)];
  }
  overCopies(copy: string, copies: string, body: readonly Line[], place: Place): Line[] {
    return [...lines([`for ${copy} in ${copies}:`], place), ...indented(body, INDENT)];
  }

  made(of: MadeOf): Omit<Made, 'places'> {
    switch (of.kind) {
      case 'layer':
        return { type: '', construction: `torch.nn.${of.of.layer}(${layerArguments(of.args)})` };
      case 'activation':
        return { type: '', construction: activation(of.of) };
      case 'tensor':
        return { type: '', construction: heldTensor(of.parameter) };
      case 'chain':
        // With a comma at the end each link stands in a line of its own.
        return { type: '', construction: { open: 'torch.nn.Sequential(', items: of.links, close: ',)' } };
      case 'instance':
        return { type: '', construction: `${of.name}(${of.args.join(', ')})` };
      case 'copies':
        return {
          type: '',
          construction: `torch.nn.ModuleList(${of.name}(${of.args.join(', ')}) for _ in range(${of.count}))`,
        };
      default:
        return of satisfies never;
    }
  }

  moduleClass({ name, notes, params, members, forward }: ClassParts): Line[] {
    const made = members.map((member) => madeLine(`self.${member.name} = `, member, ''));
    const results = `return ${forward.results.join(', ')}`;
    return [
      ...lines(['', '', `class ${name}(torch.nn.Module):`]),
      ...indented(
        [
          ...(notes.length === 0 ? [] : lines([...docstring(notes, INDENT.length), ''])),
          ...(members.length === 0
            ? []
            : [
                ...lines([`def __init__(${['self', ...params.map((param) => param.name)].join(', ')}):`]),
                ...indented([...lines(['super().__init__()']), ...made], INDENT),
                ...lines(['']),
              ]),
          ...lines([`def forward(${['self', ...forward.inputs].join(', ')}):`]),
          ...indented([...forward.body, ...lines([results], ...forward.resultPlaces)], INDENT),
        ],
        INDENT,
      ),
    ];
  }

  functionClass({ name, forward, backward }: OwnFunctionParts): Line[] {
    const saving = forward.saved.length === 0 ? [] : [`ctx.save_for_backward(${forward.saved.join(', ')})`];
    const loading = backward.saved.every((one) => one === undefined)
      ? []
      : [
          `${backward.saved.length === 1 ? `(${backward.saved[0]},)` : backward.saved.map((one) => one ?? '_').join(', ')} = ctx.saved_tensors`,
        ];
    const half = (kind: string, inputs: readonly string[], body: readonly Line[]) => [
      ...lines(['@staticmethod', `def ${kind}(${['ctx', ...inputs].join(', ')}):`]),
      ...indented(body, INDENT),
    ];
    const back = `return ${backward.results.map((result) => result ?? 'None').join(', ')}`;
    return [
      ...lines(['', '', `class ${name}(torch.autograd.Function):`]),
      ...indented(
        [
          ...half('forward', forward.inputs, [
            ...forward.body,
            ...lines([...saving, `return ${forward.results.join(', ')}`]),
          ]),
          ...lines(['']),
          ...half('backward', backward.inputs, [...lines(loading), ...backward.body, ...lines([back])]),
        ],
        INDENT,
      ),
    ];
  }

  data(all: Parameters<Language['data']>[0]): Line[] {
    return all.flatMap(({ statement, names }) =>
      lines([...comments(statement.place.notes), ...dataLines(statement, names)], statement.place),
    );
  }
  batchOf(data: string): string {
    return `${data}[rows]`;
  }
  variableFor(name: string, made: Made): Line[] {
    return [madeLine(`${name} = `, made, '')];
  }
  unnamed(made: Made): Line {
    return madeLine('', made, '');
  }
  startTensor(name: string, parameter: Parameter): string {
    return `${name} = ${drawn(parameter, parameter.requiresGrad ? ', requires_grad=True' : '')}`;
  }
  unnamedTensor(parameter: Parameter): string {
    return drawn(parameter, '');
  }
  optimizer(name: string, kind: string, settings: Settings, parameters: readonly ParameterItem[]): readonly string[] {
    return [optimizerLine(name, kind, settings, parameterList(parameters))];
  }
  callee(variable: string): string {
    return variable;
  }
  link(chain: string, index: number): string {
    return `${chain}[${index}]`;
  }

  loadState(holders: readonly ParameterItem[], isOne: boolean): readonly string[] {
    this.#loadsWeights = true;
    const file = `load_file(Path(__file__).parent / '${WEIGHTS}')`;
    if (isOne) return holders.map(({ path }) => `${path}.load_state_dict(${file})`);
    const loaded = holders.map(({ path, isModule }) =>
      isModule
        ? `${path}.load_state_dict({key: weights[f'${path}.{key}'] for key in ${path}.state_dict()})`
        : `${path}.data.copy_(weights['${path}'])`,
    );
    return [`weights = ${file}`, ...loaded];
  }

  /** Numbers from 0 to `samples`, in random order. */
  protected permutation(samples: number | string): string {
    return `torch.randperm(${samples})`;
  }
  loop({ count, batches }: Script, body: readonly Line[]): Line[] {
    const inner = indented(body, INDENT);
    if (batches === undefined)
      return [...lines([`for step in range(${'steps' in count ? count.steps : count.epochs}):`]), ...inner];
    const { size, samples } = batches;
    if ('steps' in count)
      return [...lines([`for step, rows in zip(range(${count.steps}), batches(${samples}, ${size})):`]), ...inner];
    return [
      ...lines(['step = 0', `for _ in range(${count.epochs}):`]),
      ...indented(
        [
          ...lines([`for rows in ${this.permutation(samples)}.split(${size}):`]),
          ...inner,
          ...indented(lines(['step += 1']), INDENT),
        ],
        INDENT,
      ),
    ];
  }
  defines(text: string, name: string): boolean {
    return text.startsWith(`${name} = `);
  }
  printed(loss: string): readonly string[] {
    return [`print(step, ${loss}.item())`];
  }
  backward(losses: readonly string[], optimizers: readonly string[], { canSkip, canLack }: Passes): readonly string[] {
    // A parameter that a pass did not use keeps no gradient of an earlier one: the optimizer passes it over.
    const clearing = canSkip ? 'set_to_none=True' : '';
    const condition = losses.map((loss) => `${loss}.requires_grad`).join(' or ');
    const back = this.back(losses.length === 1 ? (losses[0] ?? '') : `(${losses.join(' + ')})`);
    const whole = canLack ? [`if ${condition}:`, ...back.map((line) => INDENT + line)] : back;
    return [...optimizers.map((name) => `${name}.zero_grad(${clearing})`), ...whole];
  }
  protected back(total: string): readonly string[] {
    return [`${total}.backward()`];
  }
  step(optimizer: string): string {
    return `${optimizer}.step()`;
  }
  gradient(parameter: string): string {
    return `${parameter}.grad`;
  }
  updated(parameter: string, lr: number, gradient: string): string {
    return `${parameter} -= ${number(lr)} * ${gradient}`;
  }
  cleared(parameter: string, isThere: boolean): string {
    return `${parameter}.grad${isThere ? '.zero_()' : ' = None'}`;
  }
  withoutGradients(inner: readonly Line[]): Line[] {
    return [...lines(['with torch.no_grad():']), ...indented(inner, INDENT)];
  }
  asksFor({ isSure }: { readonly isSure: boolean }): boolean {
    return !isSure;
  }
  ifThere(parameters: readonly string[], inner: readonly Line[]): Line[] {
    const condition = parameters.map((parameter) => `${parameter}.grad is not None`).join(' and ');
    return [...lines([`if ${condition}:`]), ...indented(inner, INDENT)];
  }

  /** What stands around the script. */
  protected frame(): Frame {
    return PLAIN;
  }
  files(parts: ScriptParts): ReadonlyMap<string, readonly Line[]> {
    const [drawsCounts, loadsWeights] = [this.#drawsCounts, this.#loadsWeights];
    const permutation = this.permutation('samples');
    return new Map([['train.py', trainFile(parts, { drawsCounts, loadsWeights, permutation, ...this.frame() })]]);
  }
}

/** What a layer is made with: numbers by their places, all else by name and only where it is not what PyTorch takes anyway. */
const layerArguments = (args: readonly WrittenArgument[]): string =>
  args
    .flatMap((given) => {
      if (typeof given.value === 'number') return [given.text];
      return isUsual(given) ? [] : [`${snake(given.name)}=${given.text}`];
    })
    .join(', ');

function activation({ op, attrs }: Operation): string {
  const args = Object.entries(attrs).map(([name, value]) => `${snake(name)}=${literal(value)}`);
  return `torch.nn.${activationClass(op)}(${args.join(', ')})`;
}

/** The tensor as it starts. */
function drawn({ shape, init }: Parameter, options: string): string {
  const sizes = shape.length === 0 ? '()' : shape.join(', ');
  switch (init.kind) {
    case 'normal':
      return `torch.randn(${sizes}${options})`;
    case 'zeros':
    case 'ones':
      return `torch.${init.kind}(${sizes}${options})`;
    case 'uniform':
      return init.low === 0 && init.high === 1
        ? `torch.rand(${sizes}${options})`
        : `torch.empty(${tuple(shape.map(String))}${options}).uniform_(${number(init.low)}, ${number(init.high)})`;
    default:
      return init satisfies never;
  }
}

const heldTensor = (parameter: Parameter): string =>
  `torch.nn.Parameter(${drawn(parameter, '')}${parameter.requiresGrad ? '' : ', requires_grad=False'})`;

/** `model.parameters()`, or a list where they are several things'. */
export function parameterList(items: readonly ParameterItem[]): string {
  const [only] = items;
  if (items.length === 1 && only?.isModule === true) return `${only.path}.parameters()`;
  return `[${items.map(({ path, isModule }) => (isModule ? `*${path}.parameters()` : path)).join(', ')}]`;
}
