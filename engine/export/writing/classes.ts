import type { Line } from '../line.ts';
import { type Member, membersOf, usualName } from '../members.ts';
import { Names } from '../names.ts';
import type { Argument, Arguments, CodeValue, Definition, FunctionCode, OwnFunction, Place } from '../script.ts';
import { readsOf } from '../statements.ts';
import { Body, type Scope } from './body.ts';
import type { Language, Made, OwnFunctionParts, WrittenMember } from './language.ts';

/** A class as it was written. */
export interface Written {
  readonly name: string;
  /** The params that its constructor takes, in order. */
  readonly params: readonly string[];
  readonly members: readonly Member[];
  /** What its members are called, by their addresses. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Writes an argument: its value, or the param of the class around it that it is. */
type WriteArgument = (given: Argument | undefined) => string;

/** The classes of a script. Those whose text is one are one. */
export class Classes {
  readonly lines: Line[] = [];
  readonly #language: Language;
  readonly #names: Names;
  readonly #draws: readonly string[];
  readonly #hints: ReadonlyMap<CodeValue, string>;
  readonly #byText = new Map<string, string>();
  readonly #written = new Map<Definition, Written>();

  constructor(options: {
    readonly language: Language;
    readonly names: Names;
    readonly draws: readonly string[];
    readonly hints: ReadonlyMap<CodeValue, string>;
  }) {
    this.#language = options.language;
    this.#names = options.names;
    this.#draws = options.draws;
    this.#hints = options.hints;
  }

  /** What makes a member outside of every class. */
  construction(member: Member): Made {
    return this.#made(member, (given) => this.#language.literal(given?.value));
  }

  #made(member: Member, write: WriteArgument): Made {
    return { ...this.#expression(member, write), places: placesOf(member) };
  }

  #expression(member: Member, write: WriteArgument): Omit<Made, 'places'> {
    const language = this.#language;
    switch (member.kind) {
      case 'layer':
        return language.made({ kind: 'layer', of: member.of, args: writtenArguments(member.of.args, write) });
      case 'activation':
        return language.made({ kind: 'activation', of: member.of });
      case 'tensor':
        return language.made({ kind: 'tensor', parameter: member.of.parameter });
      case 'chain':
        return language.made({ kind: 'chain', links: member.links.map((link) => this.#made(link, write)) });
      case 'instance': {
        const { name, params } = this.written(member.definition);
        return language.made({ kind: 'instance', name, args: params.map((param) => write(member.args[param])) });
      }
      case 'copies': {
        const { name, params } = this.written(member.definition);
        const args = params.map((param) => write({ value: undefined, param }));
        return language.made({ kind: 'copies', name, args, count: member.count });
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
    const language = this.#language;
    const { inputs, inputNames, outputs, body, tensors } = definition;
    const members = membersOf(body, tensors, this.#draws);
    const attributeNames = new Names(language.variable, language.taken.attribute);
    const attributes = new Map(
      members.map((member) => [
        member.address,
        attributeNames.give(member.place.name, [member.place.id, usualName(member)]),
      ]),
    );
    const paramNames = new Names(language.variable, language.taken.local);
    const params = new Map<string, { readonly name: string; readonly value: unknown }>();
    const write: WriteArgument = (given) => {
      if (given?.param === undefined) return language.literal(given?.value);
      const known = params.get(given.param) ?? { name: paramNames.give(given.param, 'size'), value: given.value };
      params.set(given.param, known);
      return known.name;
    };
    const made: WrittenMember[] = members.map((member) => ({
      ...this.#made(member, write),
      name: attributes.get(member.address) ?? '',
    }));
    const names = new Names(language.variable, language.taken.local);
    const given = inputs.map((value, i) => names.give(inputNames[i] ?? this.#hints.get(value) ?? '', 'input'));
    const values = new Map(inputs.map((value, i) => [value, given[i] ?? '']));
    for (const { value, parameter } of tensors)
      values.set(value, language.own(attributes.get(parameter.address) ?? ''));
    const scope = this.#scope(names, values, ({ address }) => language.own(attributes.get(address) ?? ''));
    const forward = Body.of(body, outputs, scope);
    const [only] = outputs;
    const results =
      outputs.length === 1 && only !== undefined ? [forward.result(only)] : outputs.map((v) => forward.name(v));
    forward.flush();
    const name = this.#define(definition.name, 'Model', (called) =>
      language.moduleClass({
        name: called,
        notes: definition.notes,
        params: [...params.values()],
        members: made,
        forward: { inputs: given, body: forward.lines, results, resultPlaces: forward.resultPlaces },
      }),
    );
    return { name, params: [...params.keys()], members, attributes };
  }

  #scope(names: Names, values: Map<CodeValue, string>, member: (place: Place) => string): Scope {
    return {
      language: this.#language,
      names,
      values,
      hint: (value) => this.#hints.get(value) ?? '',
      member,
      functionClass: (statement) => this.functionClass(statement),
    };
  }

  /** Writes a class, unless there is one with this text and the wanted name. */
  #define(wanted: string, otherwise: string, write: (name: string) => readonly Line[]): string {
    const key = [wanted, ...write('').map(({ text }) => text)].join('\n');
    const known = this.#byText.get(key);
    if (known !== undefined) return known;
    const name = this.#names.give(wanted, otherwise, this.#language.type);
    this.#byText.set(key, name);
    this.lines.push(...write(name));
    return name;
  }

  functionClass({ code, place }: OwnFunction): string {
    const forward = this.#forwardOf(code);
    const backward = this.#backwardOf(code);
    return this.#define(place.name, 'OwnFunction', (name) =>
      this.#language.functionClass({ name, forward, backward }).map((line) => ({ ...line, places: [place] })),
    );
  }

  #forwardOf({ inputs, forward, saved, names }: FunctionCode): OwnFunctionParts['forward'] {
    const hints = new Map(saved.map((value, i) => [value, names.saved[i] || 'value']));
    const { scope, given } = this.#functionScope(inputs, forward.inputs, hints);
    const outputs = forward.results.filter((value) => value !== null);
    const body = Body.of(forward.body, [...outputs, ...saved], scope);
    const stored = saved.map((value) => body.name(value));
    // An output is a tensor of its own.
    const results = outputs.map((value, i) => {
      if (forward.inputs.includes(value) || outputs.indexOf(value) < i) return this.#language.cloned(body.name(value));
      return outputs.length === 1 ? body.result(value) : body.name(value);
    });
    body.flush();
    return { inputs: given, body: body.lines, saved: stored, results };
  }

  #backwardOf(code: FunctionCode): OwnFunctionParts['backward'] {
    const { backward, saved } = code;
    const results = backward.results.filter((value) => value !== null);
    const gradients = backward.inputs.slice(saved.length);
    const gradientNames = gradients.map(
      (_, i) => code.names.gradients[i] || (i === 0 ? 'grad_output' : `grad_output${i + 1}`),
    );
    const { scope, given } = this.#functionScope(gradientNames, gradients);
    const read = new Set([...backward.body.flatMap(readsOf), ...results]);
    const kept = backward.inputs.slice(0, saved.length).map((value, i) => {
      if (!read.has(value)) return undefined;
      const name = scope.names.give(savedName(code, i), 'saved');
      scope.values.set(value, name);
      return name;
    });
    const body = Body.of(backward.body, results, scope);
    const only = backward.results.length === 1 ? backward.results[0] : undefined;
    const texts = only
      ? [body.result(only)]
      : backward.results.map((value) => (value === null ? null : body.name(value)));
    body.flush();
    return { inputs: given, body: body.lines, saved: kept, results: texts };
  }

  #functionScope(
    inputs: readonly string[],
    values: readonly CodeValue[],
    hints: ReadonlyMap<CodeValue, string> = new Map(),
  ) {
    const names = new Names(this.#language.variable, this.#language.taken.local);
    const given = values.map((_, i) => names.give(inputs[i] ?? '', 'input'));
    const known = new Map(values.map((value, i) => [value, given[i] ?? '']));
    return {
      scope: {
        ...this.#scope(names, known, () => ''),
        hint: (value: CodeValue) => (value.isNumber ? 'n' : (hints.get(value) ?? 'value')),
      },
      given,
    };
  }
}

/** The node that a member is, and those that it holds in one expression. */
const placesOf = (member: Member): readonly Place[] =>
  member.kind === 'chain' ? [...member.links.flatMap(placesOf), member.place] : [member.place];

/** As its author calls it; else a saved input is called what it was. */
const savedName = ({ inputs, forward, saved, names }: FunctionCode, i: number): string => {
  const value = saved[i];
  if (names.saved[i]) return names.saved[i];
  return inputs[value === undefined ? -1 : forward.inputs.indexOf(value)] ?? 'saved';
};

const writtenArguments = (args: Arguments, write: WriteArgument) =>
  Object.entries(args).map(([name, given]) => ({
    name,
    value: given.value,
    text: write(given),
    isParam: given.param !== undefined,
  }));
