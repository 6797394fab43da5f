import { type Member, membersOf } from '../members.ts';
import { Names } from '../names.ts';
import type {
  Argument,
  Arguments,
  CodeValue,
  Definition,
  FunctionCode,
  OwnFunction,
  Parameter,
  Place,
} from '../script.ts';
import { Body, type Scope } from './body.ts';
import { docstring, indented, literal, number, pascal, snake, taken, tuple } from './words.ts';

/** A class as it was written. */
interface Written {
  readonly name: string;
  /** The params that its constructor takes, in order. */
  readonly params: readonly string[];
  readonly members: readonly Member[];
  /** What its members are called, by their addresses. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** What a layer is made with: numbers by their places, all else by name and only where it is not what PyTorch takes anyway. */
const USUAL: Readonly<Record<string, unknown>> = { bias: true, reduction: 'mean', dim: null };

/** The classes of a script. Those whose text is one are one. */
export class Classes {
  readonly lines: string[] = [];
  readonly #names: Names;
  readonly #draws: readonly string[];
  readonly #hints: ReadonlyMap<CodeValue, string>;
  readonly #needs: (module: 'random') => void;
  readonly #byText = new Map<string, string>();
  readonly #written = new Map<Definition, Written>();

  constructor(options: {
    readonly names: Names;
    readonly draws: readonly string[];
    readonly hints: ReadonlyMap<CodeValue, string>;
    readonly needs: (module: 'random') => void;
  }) {
    this.#names = options.names;
    this.#draws = options.draws;
    this.#hints = options.hints;
    this.#needs = options.needs;
  }

  /** The expression that makes a member. `symbol` writes a param of the class around it. */
  construction(member: Member, symbol: (param: string) => string): string[] {
    switch (member.kind) {
      case 'layer':
        return [`torch.nn.${member.of.layer}(${layerArguments(member.of.args, symbol)})`];
      case 'activation': {
        const args = Object.entries(member.of.attrs).map(([name, value]) => `${snake(name)}=${literal(value)}`);
        return [`torch.nn.${ACTIVATIONS.get(member.of.op) ?? pascal(member.of.op)}(${args.join(', ')})`];
      }
      case 'tensor':
        return [heldTensor(member.of.parameter)];
      case 'chain': {
        const links = member.links.map((link) => this.construction(link, symbol));
        return ['torch.nn.Sequential(', ...indented(links.flatMap((lines) => ended(lines, ','))), ')'];
      }
      case 'instance': {
        const { name, params } = this.written(member.definition);
        return [`${name}(${params.map((param) => argument(member.args[param], symbol)).join(', ')})`];
      }
      case 'copies': {
        const { name, params } = this.written(member.definition);
        return [`torch.nn.ModuleList(${name}(${params.map(symbol).join(', ')}) for _ in range(${member.count}))`];
      }
      default:
        return member satisfies never;
    }
  }

  written(definition: Definition): Written {
    const known = this.#written.get(definition) ?? this.#write(definition);
    this.#written.set(definition, known);
    return known;
  }

  #write(definition: Definition): Written {
    const { inputs, inputNames, outputs, body, tensors } = definition;
    const members = membersOf(body, tensors, this.#draws);
    const attributeNames = new Names(snake, taken.attribute);
    const attributes = new Map(
      members.map(({ address, place }) => [address, attributeNames.give(place.name, place.id)]),
    );
    const params = new Map<string, string>();
    const symbol = (param: string): string =>
      params.get(param) ?? remember(params, param, paramNames.give(param, 'size'));
    const paramNames = new Names(snake, taken.local);
    const made = members.flatMap((member) =>
      assigned(`self.${attributes.get(member.address)}`, this.construction(member, symbol)),
    );
    const names = new Names(snake, taken.local);
    const given = inputs.map((value, i) => names.give(inputNames[i] ?? this.#hints.get(value) ?? '', 'input'));
    const values = new Map(inputs.map((value, i) => [value, given[i] ?? '']));
    for (const { value, parameter } of tensors) values.set(value, `self.${attributes.get(parameter.address)}`);
    const scope = this.#scope(names, values, ({ address }) => `self.${attributes.get(address)}`);
    const forward = Body.of(body, outputs, scope);
    const [only] = outputs;
    const results =
      outputs.length === 1 && only !== undefined
        ? forward.result(only)
        : outputs.map((v) => forward.name(v)).join(', ');
    forward.flush();
    const text = [
      ...(definition.notes.length === 0 ? [] : [...docstring(definition.notes), '']),
      ...(members.length === 0
        ? []
        : [
            `def __init__(${['self', ...params.values()].join(', ')}):`,
            ...indented(['super().__init__()', ...made]),
            '',
          ]),
      `def forward(${['self', ...given].join(', ')}):`,
      ...indented([...forward.lines, `return ${results}`]),
    ];
    const name = this.#define(definition.name, 'Model', text, 'torch.nn.Module');
    return { name, params: [...params.keys()], members, attributes };
  }

  #scope(names: Names, values: Map<CodeValue, string>, member: (place: Place) => string): Scope {
    return {
      names,
      values,
      hint: (value) => this.#hints.get(value) ?? '',
      member,
      functionClass: (statement) => this.functionClass(statement),
      needs: this.#needs,
    };
  }

  #define(wanted: string, otherwise: string, text: readonly string[], base: string): string {
    const key = [wanted, base, ...text].join('\n');
    const known = this.#byText.get(key);
    if (known !== undefined) return known;
    const name = this.#names.give(wanted, otherwise, pascal);
    this.#byText.set(key, name);
    this.lines.push('', '', `class ${name}(${base}):`, ...indented(text));
    return name;
  }

  functionClass({ code, place }: OwnFunction): string {
    return this.#define(place.name, 'OwnFunction', this.#functionText(code), 'torch.autograd.Function');
  }

  #functionText(code: FunctionCode): string[] {
    const { forward, backward, saved } = code;
    const results = backward.results.filter((value) => value !== null);
    const gradients = backward.inputs.slice(saved.length);
    const kept = backward.inputs.slice(0, saved.length);
    return [
      '@staticmethod',
      ...this.#functionPart('forward', code.inputs, forward.inputs, (scope) => {
        const outputs = forward.results.filter((value) => value !== null);
        const body = Body.of(forward.body, [...outputs, ...saved], scope);
        const stored = saved.map((value) => body.name(value));
        // An output is a tensor of its own.
        const texts = outputs.map((value, i) =>
          forward.inputs.includes(value) || outputs.indexOf(value) < i
            ? `${body.name(value)}.clone()`
            : outputs.length === 1
              ? body.result(value)
              : body.name(value),
        );
        body.flush();
        const saving = stored.length === 0 ? [] : [`ctx.save_for_backward(${stored.join(', ')})`];
        return [...body.lines, ...saving, `return ${texts.join(', ')}`];
      }),
      '',
      '@staticmethod',
      ...this.#functionPart(
        'backward',
        gradients.map((_, i) => (i === 0 ? 'grad_output' : `grad_output${i + 1}`)),
        gradients,
        (scope) => {
          const read = new Set([...backward.body.flatMap(({ inputs }) => inputs), ...results]);
          const names = kept.map((value, i) => {
            if (!read.has(value)) return '_';
            const name = scope.names.give(savedName(code, i), 'saved');
            scope.values.set(value, name);
            return name;
          });
          const body = Body.of(backward.body, results, scope);
          const only = backward.results.length === 1 ? backward.results[0] : undefined;
          const texts = only
            ? [body.result(only)]
            : backward.results.map((value) => (value === null ? 'None' : body.name(value)));
          body.flush();
          const loading = names.every((name) => name === '_')
            ? []
            : [`${names.join(', ')}${names.length === 1 ? ',' : ''} = ctx.saved_tensors`];
          return [...loading, ...body.lines, `return ${texts.join(', ')}`];
        },
      ),
    ];
  }

  #functionPart(
    name: string,
    inputs: readonly string[],
    values: readonly CodeValue[],
    write: (scope: Scope) => readonly string[],
  ): string[] {
    const names = new Names(snake, taken.local);
    const given = values.map((_, i) => names.give(inputs[i] ?? '', 'input'));
    const known = new Map(values.map((value, i) => [value, given[i] ?? '']));
    const scope = { ...this.#scope(names, known, () => ''), hint: () => 'value' };
    return [`def ${name}(${['ctx', ...given].join(', ')}):`, ...indented(write(scope))];
  }
}

/** A saved input is called what it was. */
const savedName = ({ inputs, forward, saved }: FunctionCode, i: number): string => {
  const value = saved[i];
  return inputs[value === undefined ? -1 : forward.inputs.indexOf(value)] ?? 'saved';
};

const ACTIVATIONS: ReadonlyMap<string, string> = new Map([
  ['gelu', 'GELU'],
  ['leakyRelu', 'LeakyReLU'],
  ['logSoftmax', 'LogSoftmax'],
  ['relu', 'ReLU'],
]);

function remember(params: Map<string, string>, param: string, name: string): string {
  params.set(param, name);
  return name;
}

const argument = (given: Argument | undefined, symbol: (param: string) => string): string =>
  given?.param === undefined ? literal(given?.value) : symbol(given.param);

const layerArguments = (args: Arguments, symbol: (param: string) => string): string =>
  Object.entries(args)
    .flatMap(([name, given]) => {
      const text = argument(given, symbol);
      if (typeof given.value === 'number') return [text];
      return given.param === undefined && USUAL[name] === given.value ? [] : [`${snake(name)}=${text}`];
    })
    .join(', ');

/** The tensor as it starts, and as a parameter of a class. */
export function drawn({ shape, init }: Parameter, options: string): string {
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

/** Puts something behind the last of several lines. */
const ended = (lines: readonly string[], end: string): string[] => [...lines.slice(0, -1), `${lines.at(-1)}${end}`];

/** `name = …`, of one line or several. */
export const assigned = (name: string, lines: readonly string[]): string[] => [
  `${name} = ${lines[0]}`,
  ...lines.slice(1),
];
