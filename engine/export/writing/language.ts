import type { RepeatCount } from '../../nodes/builder.ts';
import type { Settings } from '../../nodes/settings.ts';
import type { Attributes } from '../../ops/op.ts';
import type { Line } from '../line.ts';
import type { CodeValue, DataStatement, Layer, Operation, Parameter, Place, Script } from '../script.ts';

/** An expression, and how tightly it binds: what binds less than its surroundings asks for stands in brackets. */
export interface Expression {
  readonly text: string;
  readonly binds: number;
}

/** An input as it is written, and what it is. */
export interface Operand extends Expression {
  readonly value: CodeValue;
}

/** A call: all of it, or what it begins with, its arguments, and its end, for lines of their own. */
export type Construction = string | { readonly open: string; readonly items: readonly Made[]; readonly close: string };

/** A new object, the class that it is of, and the nodes that it comes from. */
export interface Made {
  readonly type: string;
  readonly construction: Construction;
  readonly places: readonly Place[];
}

/** An argument as it is written; `value` is what it is in the document at hand. */
export interface WrittenArgument {
  readonly name: string;
  readonly value: unknown;
  readonly text: string;
  readonly isParam: boolean;
}

/** What a member of a class, or a variable of the script, is made with. */
export type MadeOf =
  | { readonly kind: 'layer'; readonly of: Layer; readonly args: readonly WrittenArgument[] }
  | { readonly kind: 'activation'; readonly of: Operation }
  | { readonly kind: 'tensor'; readonly parameter: Parameter }
  | { readonly kind: 'chain'; readonly links: readonly Made[] }
  | { readonly kind: 'instance'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'copies'; readonly name: string; readonly args: readonly string[]; readonly count: number };

export interface WrittenMember extends Made {
  readonly name: string;
}

/** A class of the user's own, in parts. */
export interface ClassParts {
  readonly name: string;
  readonly notes: readonly string[];
  /** What its constructor takes. */
  readonly params: readonly { readonly name: string; readonly value: unknown }[];
  readonly members: readonly WrittenMember[];
  /** Results that are an expression come from these nodes. */
  readonly forward: FunctionParts & { readonly resultPlaces: readonly Place[] };
}

interface FunctionParts {
  readonly inputs: readonly string[];
  readonly body: readonly Line[];
  readonly results: readonly string[];
}

/** What passes may have in common, where it is drawn how often loops run. */
export interface Passes {
  /** There may be one that does not use all parameters. */
  readonly canSkip: boolean;
  /** There may be one whose loss follows from no parameter: it has nothing to go back to. */
  readonly canLack: boolean;
}

/** A function of the user's own, in parts. */
export interface OwnFunctionParts {
  readonly name: string;
  /** With what backward is left. */
  readonly forward: FunctionParts & { readonly saved: readonly string[] };
  /** With the names of what was saved, undefined where it is not read; a result is null where there is no gradient. */
  readonly backward: Omit<FunctionParts, 'results'> & {
    readonly saved: readonly (string | undefined)[];
    readonly results: readonly (string | null)[];
  };
}

/** What a loop carries, where it starts, and whether an iteration makes something else of it. */
export interface Carried {
  readonly name: string;
  readonly start: string;
  readonly changes: boolean;
}

/** Something that gets a name. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

/** A script in parts, to be made into files. */
export interface ScriptParts {
  readonly script: Script;
  readonly classes: readonly Line[];
  /** Data and members, then optimizers. */
  readonly setting: readonly Line[];
  readonly optimizers: readonly Line[];
  readonly training: readonly Line[];
}

/**
 * What an exporter has to say of its language: what is the same in each of them stands beside this file. One object writes one script,
 * and may note what its files import.
 */
export interface Language {
  /** Makes a variable's or a class's name of what users write; empty where nothing is left of it. */
  variable(text: string): string;
  type(text: string): string;
  /** Names that are taken before anything is named: of variables, and of attributes of a class. */
  readonly taken: { readonly local: readonly string[]; readonly attribute: readonly string[] };
  /** Values of the script that nothing makes, as they are written. */
  readonly given: ReadonlyMap<CodeValue, string>;
  comments(notes: readonly string[]): readonly string[];
  /** A statement, a comment or the head of a block, in the lines that a formatter makes of it where it begins in a column. */
  laid(text: string, column: number): readonly string[];
  literal(value: unknown): string;

  /** A constant as it stands beside a tensor, and where it has to be one. */
  number(value: CodeValue): string;
  tensor(value: CodeValue): string;
  whole(text: string): Expression;
  operation(op: string, operands: readonly Operand[], attrs: Attributes): Expression;
  flattened(input: Operand, startDim: unknown): Expression;
  /** A value as a layer of the library takes it, by the layer's name. */
  forLayer(layer: string, value: CodeValue, text: string): string;
  /** A module, or a function of the user's own, at work. */
  called(module: string, args: readonly string[]): string;
  applied(functionClass: string, args: readonly string[]): string;
  /** An attribute of the object whose method it is. */
  own(attribute: string): string;
  cloned(text: string): string;

  /** New variables for results; undefined for those that nobody reads. */
  assigned(names: readonly (string | undefined)[], text: string): string;
  evaluated(text: string): string;
  carried(all: readonly Carried[]): readonly string[];
  next(changes: readonly Named[]): string;
  /** The same where one call gives them all. */
  nextOf(names: readonly string[], call: string): string;
  /** A count that is drawn anew: an expression, which moves the stream of counts on. */
  drawnCount(least: number, most: number): string;
  /** `give` finds a name for what counts. */
  repeated(count: RepeatCount, give: (wanted: string) => string, body: readonly Line[], place: Place): Line[];
  overCopies(copy: string, copies: string, body: readonly Line[], place: Place): Line[];

  made(of: MadeOf): Omit<Made, 'places'>;
  moduleClass(parts: ClassParts): Line[];
  functionClass(parts: OwnFunctionParts): Line[];

  /** Data that stand together, with the names of their outputs. */
  data(all: readonly { readonly statement: DataStatement; readonly names: readonly string[] }[]): Line[];
  /** Of the data, what an iteration sees. */
  batchOf(data: string): string;
  variableFor(name: string, made: Made): Line[];
  /** What is made for the numbers alone that it draws. */
  unnamed(made: Made): Line;
  /** A tensor of the script itself. */
  startTensor(name: string, parameter: Parameter): string;
  unnamedTensor(parameter: Parameter): string;
  optimizer(name: string, kind: string, settings: Settings, parameters: readonly ParameterItem[]): readonly string[];
  /** What is called where a variable of the script is a module. */
  callee(variable: string): string;
  /** A module of a chain. */
  link(chain: string, index: number): string;

  /** Loads weights into what holds them; into one module, whose own names the file has, or several things, with their names before. */
  loadState(holders: readonly ParameterItem[], isOne: boolean): readonly string[];

  loop(script: Script, body: readonly Line[]): Line[];
  /** Does this line make a variable of that name? */
  defines(line: string, name: string): boolean;
  printed(loss: string): readonly string[];
  backward(losses: readonly string[], optimizers: readonly string[], passes: Passes): readonly string[];
  step(optimizer: string): string;
  gradient(parameter: string): string;
  updated(parameter: string, lr: number, gradient: string): string;
  /** `isThere`: it surely has a gradient. */
  cleared(parameter: string, isThere: boolean): string;
  withoutGradients(inner: readonly Line[]): Line[];
  /** Does what reads a gradient ask first whether the pass made it? As an operand, or to update a parameter by it as it is. */
  asksFor(read: { readonly isSure: boolean; readonly isOperand: boolean }): boolean;
  /** What is done only if all these parameters have a gradient. */
  ifThere(parameters: readonly string[], inner: readonly Line[]): Line[];

  files(parts: ScriptParts): ReadonlyMap<string, readonly Line[]>;
}

/** What an optimizer is given: one tensor, or all parameters of a module. */
export interface ParameterItem {
  readonly path: string;
  readonly isModule: boolean;
}
