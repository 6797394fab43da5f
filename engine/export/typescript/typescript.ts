import type { RepeatCount } from '../../nodes/builder.ts';
import { nodeKinds } from '../../nodes/index.ts';
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
  OwnFunctionParts,
  ParameterItem,
  Passes,
  ScriptParts,
  WrittenArgument,
} from '../writing/language.ts';
import { madeLine } from '../writing/made_line.ts';
import { isUsual } from '../writing/usual.ts';
import { functionClass, moduleClass } from './classes.ts';
import { dataLines, hasDataSets } from './data.ts';
import { constantText, flattened, operation, tensorOf, whole } from './expressions.ts';
import { laidStatement } from './layout/statements.ts';
import { type Loader, sourceFiles } from './source_files.ts';
import { camel, comments, INDENT, literal, number, pascal, taken } from './words.ts';

/** TypeScript with the engine's own API; without types it is the JavaScript that a compiler makes of it. */
export class TypeScript implements Language {
  readonly variable = camel;
  readonly type = pascal;
  readonly taken: Language['taken'];
  readonly given: Language['given'] = new Map();
  readonly comments = comments;
  readonly literal = literal;
  readonly laid = laidStatement;
  readonly number = constantText;
  readonly tensor = tensorOf;
  readonly whole = whole;
  readonly operation = operation;
  readonly flattened = flattened;
  readonly #isTyped: boolean;
  /** What loads data, a function for all that stand together. */
  readonly #loaders: Loader[] = [];
  readonly #files: ReadonlyMap<string, string>;

  /** @param files what the user's own files are called in the project. */
  constructor(script: Script, isTyped: boolean, files: ReadonlyMap<string, string>) {
    this.taken = taken(hasDataSets(script));
    this.#isTyped = isTyped;
    this.#files = files;
  }

  forLayer(_layer: string, _value: CodeValue, text: string): string {
    return text;
  }
  called(module: string, args: readonly string[]): string {
    return `${module}.forward(${args.join(', ')})`;
  }
  applied(functionName: string, args: readonly string[]): string {
    return `${functionName}.apply(${args.join(', ')})`;
  }
  own(attribute: string): string {
    return `this.${attribute}`;
  }
  cloned(text: string): string {
    return `${text}.clone()`;
  }

  assigned(names: readonly (string | undefined)[], text: string): string {
    const last = names.findLastIndex((name) => name !== undefined);
    const [only] = names;
    if (names.length === 1 && only !== undefined) return `const ${only} = ${text};`;
    const listed = names.slice(0, last + 1).map((name) => name ?? '');
    return `const [${listed.join(', ')}] = ${text};`;
  }
  evaluated(text: string): string {
    return `${text};`;
  }
  carried(all: readonly Carried[]): readonly string[] {
    return all.map(({ name, start, changes }) => `${changes ? 'let' : 'const'} ${name} = ${start};`);
  }
  next(changes: readonly Named[]): string {
    const [only] = changes;
    if (changes.length === 1 && only !== undefined) return `${only.name} = ${only.text};`;
    return `[${changes.map(({ name }) => name).join(', ')}] = [${changes.map(({ text }) => text).join(', ')}];`;
  }
  nextOf(names: readonly string[], call: string): string {
    return names.length === 1 ? `${names[0]} = ${call};` : `[${names.join(', ')}] = ${call};`;
  }
  drawnCount(least: number, most: number): string {
    return `random.randint(${least}, ${most})`;
  }
  repeated(count: RepeatCount, give: (wanted: string) => string, body: readonly Line[], place: Place): Line[] {
    const fixed = typeof count === 'number';
    const name = give(fixed ? 'i' : 'count');
    const header = fixed
      ? `for (let ${name} = 0; ${name} < ${count}; ${name}++) {`
      : `for (let ${name} = ${this.drawnCount(count.min, count.max)}; ${name} > 0; ${name}--) {`;
    return [...lines([header], place), ...indented(body, INDENT), ...lines(['}'], place)];
  }
  overCopies(copy: string, copies: string, body: readonly Line[], place: Place): Line[] {
    return [...lines([`for (const ${copy} of ${copies}) {`], place), ...indented(body, INDENT), ...lines(['}'], place)];
  }

  made(of: MadeOf): Omit<Made, 'places'> {
    switch (of.kind) {
      case 'layer':
        return made(`nn.${of.of.layer}`, layerArguments(of.args));
      case 'activation':
        return made(`nn.${activationClass(of.of.op)}`, attributes(of.of));
      case 'tensor':
        return made('nn.Parameter', heldTensor(of.parameter));
      case 'chain': {
        return {
          type: `nn.Sequential<[${of.links.map(({ type }) => type).join(', ')}]>`,
          construction: { open: 'new nn.Sequential(', items: of.links, close: ')' },
        };
      }
      case 'instance':
        return made(of.name, of.args);
      case 'copies':
        return {
          type: `nn.ModuleList<${of.name}>`,
          construction: `new nn.ModuleList(Array.from({ length: ${of.count} }, () => new ${of.name}(${of.args.join(', ')})))`,
        };
      default:
        return of satisfies never;
    }
  }

  moduleClass(parts: ClassParts): Line[] {
    return moduleClass(parts, this.#isTyped);
  }
  functionClass(parts: OwnFunctionParts): Line[] {
    return functionClass(parts, this.#isTyped);
  }

  data(all: Parameters<Language['data']>[0]): Line[] {
    let count = 0;
    const loaded = () => (count++ === 0 ? 'loaded' : `loaded_${count}`);
    const around = { files: this.#files, loaded };
    const made = all.map(({ statement, names }) => dataLines(statement, names, around));
    const names = all.flatMap((one) => (one.statement.source.kind === 'constant' ? [] : one.names));
    const body = made.flatMap((one) => one.lines);
    if (names.length === 0) return body;
    const name = this.#loaders.length === 0 ? 'loadData' : `loadData${this.#loaders.length + 1}`;
    const waits = made.some((one) => one.waits);
    const call = `${waits ? 'await ' : ''}${name}();`;
    const line = { text: call, places: all.map(({ statement }) => statement.place) };
    const code = [
      ...lines([`export ${waits ? 'async ' : ''}function ${name}() {`]),
      ...indented(body, INDENT),
      ...lines([`${INDENT}return { ${names.join(', ')} };`, '}']),
    ];
    this.#loaders.push({ code, line, names });
    return [line];
  }
  batchOf(data: string): string {
    return `${data}.takeRows(rows)`;
  }
  variableFor(name: string, object: Made): Line[] {
    return [madeLine(`const ${name} = `, object, ';')];
  }
  unnamed(object: Made): Line {
    return madeLine('', object, ';');
  }
  startTensor(name: string, parameter: Parameter): string {
    return `const ${name} = ${drawn(parameter, parameter.requiresGrad ? '{ requiresGrad: true }' : undefined)};`;
  }
  unnamedTensor(parameter: Parameter): string {
    return `${drawn(parameter, undefined)};`;
  }
  optimizer(name: string, kind: string, settings: Settings, parameters: readonly ParameterItem[]): readonly string[] {
    const { lr, parameters: _, ...rest } = settings;
    const defaults = nodeKinds.get(kind)?.settings ?? {};
    const own = Object.entries(rest).filter(([setting, value]) => value !== defaults[setting]?.default);
    const options = [['lr', lr] as const, ...own].map(([setting, value]) => `${setting}: ${literal(value)}`);
    return [`const ${name} = new optim.${kind}(${parameterList(parameters)}, { ${options.join(', ')} });`];
  }
  callee(variable: string): string {
    return variable;
  }
  link(chain: string, index: number): string {
    return `${chain}.layers[${index}]`;
  }

  loadState(holders: readonly ParameterItem[], isOne: boolean): readonly string[] {
    const file = `await loadWeights(new URL('../${WEIGHTS}', import.meta.url))`;
    const names = holders.map(({ path }) => path).join(', ');
    return [isOne ? `${names}.loadStateDict(${file});` : `nn.loadStateDict({ ${names} }, ${file});`];
  }

  loop({ count, batches }: Script, body: readonly Line[]): Line[] {
    const times = 'steps' in count ? count.steps : count.epochs;
    const header =
      batches === undefined
        ? `for (const step of steps(${times})) {`
        : `for (const { step, rows } of batches(${batches.samples}, { size: ${batches.size}, ${'steps' in count ? 'steps' : 'epochs'}: ${times} })) {`;
    return [...lines([header]), ...indented(body, INDENT), ...lines(['}'])];
  }
  defines(line: string, name: string): boolean {
    return line.startsWith(`const ${name} = `) || line.startsWith(`let ${name} = `);
  }
  printed(loss: string): readonly string[] {
    return [`console.log(step, ${loss}.item());`];
  }
  backward(losses: readonly string[], optimizers: readonly string[], { canLack }: Passes): readonly string[] {
    const [first = '', ...rest] = losses;
    const back = `${[first, ...rest.map((loss) => `add(${loss})`)].join('.')}.backward();`;
    const condition = losses.map((loss) => `${loss}.requiresGrad`).join(' || ');
    const whole = canLack ? [`if (${condition}) {`, INDENT + back, '}'] : [back];
    return [...optimizers.map((name) => `${name}.zeroGrad();`), ...whole];
  }
  step(optimizer: string): string {
    return `${optimizer}.step();`;
  }
  gradient(parameter: string): string {
    return `${parameter}.grad`;
  }
  updated(parameter: string, lr: number, gradient: string): string {
    return `${parameter}.sub_(${gradient}, { alpha: ${number(lr)} });`;
  }
  cleared(parameter: string): string {
    return `${parameter}.grad = null;`;
  }
  withoutGradients(inner: readonly Line[]): Line[] {
    return [...lines(['noGrad(() => {']), ...indented(inner, INDENT), ...lines(['});'])];
  }
  asksFor({ isOperand }: { readonly isOperand: boolean }): boolean {
    return isOperand;
  }
  ifThere(parameters: readonly string[], inner: readonly Line[]): Line[] {
    const condition = parameters.map((parameter) => `${parameter}.grad`).join(' && ');
    return [...lines([`if (${condition}) {`]), ...indented(inner, INDENT), ...lines(['}'])];
  }

  files(parts: ScriptParts): ReadonlyMap<string, readonly Line[]> {
    return sourceFiles(parts, this.#loaders, this.#isTyped);
  }
}

const made = (type: string, args: readonly string[]): Omit<Made, 'places'> => ({
  type,
  construction: `new ${type}(${args.join(', ')})`,
});

/** Numbers by their places, all else by name and only where it is not what the layer takes anyway. */
function layerArguments(args: readonly WrittenArgument[]): string[] {
  const named = args.flatMap((given) => {
    const { name, value, text } = given;
    if (typeof value === 'number' || isUsual(given)) return [];
    return [name === text ? name : `${name}: ${text}`];
  });
  const numbers = args.filter(({ value }) => typeof value === 'number').map(({ text }) => text);
  return [...numbers, ...(named.length === 0 ? [] : [`{ ${named.join(', ')} }`])];
}

const attributes = ({ attrs }: Operation): string[] =>
  Object.values(attrs).flatMap((value) => (typeof value === 'number' ? [number(value)] : []));

/** The tensor as it starts. */
function drawn({ shape, init }: Parameter, options: string | undefined): string {
  const given = (...args: readonly string[]) =>
    [literal(shape), ...args, ...(options === undefined ? [] : [options])].join(', ');
  switch (init.kind) {
    case 'normal':
      return `randn(${given()})`;
    case 'zeros':
    case 'ones':
      return `${init.kind}(${given()})`;
    case 'uniform':
      return init.low === 0 && init.high === 1
        ? `rand(${given()})`
        : `uniform(${given(number(init.low), number(init.high))})`;
    default:
      return init satisfies never;
  }
}

const heldTensor = (parameter: Parameter): string[] => [
  drawn(parameter, undefined),
  ...(parameter.requiresGrad ? [] : ['{ requiresGrad: false }']),
];

/** `model.parameters()`, or a list where they are several things'. */
function parameterList(items: readonly ParameterItem[]): string {
  const [only] = items;
  if (items.length === 1 && only?.isModule === true) return `${only.path}.parameters()`;
  return `[${items.map(({ path, isModule }) => (isModule ? `...${path}.parameters()` : path)).join(', ')}]`;
}
