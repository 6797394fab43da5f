import { drawRanks } from '../draw_ranks.ts';
import type { ExportOptions, StateEntry } from '../exported.ts';
import { type Line, lines } from '../line.ts';
import { type Member, membersOf, parametersOf, rankOf, usualName } from '../members.ts';
import { Names } from '../names.ts';
import type { CodeValue, DataStatement, Script } from '../script.ts';
import { reachedBy } from '../sharding/reached.ts';
import { canSkip, isStateful, parametersRead } from '../statements.ts';
import { Body, type Scope } from './body.ts';
import { Classes } from './classes.ts';
import type { Language } from './language.ts';
import { namesIn } from './names_in.ts';
import { type Holders, parameterItems, parameterPath } from './parameters.ts';
import { stateOf } from './state.ts';
import { Updates } from './updates.ts';

export interface WrittenScript {
  readonly files: ReadonlyMap<string, readonly Line[]>;
  readonly state: readonly StateEntry[];
  /** What it draws, in its order: it trains alike only if that is the document's. */
  readonly draws: readonly string[];
}

type Part =
  | { readonly kind: 'data'; readonly rank: number; readonly statement: DataStatement }
  | { readonly kind: 'member'; readonly rank: number; readonly member: Member };

/** A member as a variable, and as what it is where nothing reads that: the same without a name, or nothing, where it draws nothing. */
interface Variable {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly unnamed: readonly Line[];
}

/** Lines of data, or variables, that stand together. */
type Group = readonly (Line | Variable)[];

const isVariable = (one: Group[number]): one is Variable => 'name' in one;

/** Writes a script in a language. */
export class ScriptWriter {
  readonly #script: Script;
  readonly #language: Language;
  readonly #names: Names;
  readonly #values: Map<CodeValue, string>;
  readonly #members: readonly Member[];
  readonly #memberNames = new Map<string, string>();
  readonly #classes: Classes;
  readonly #holders: Holders;
  /** Values that objects of the script give. */
  readonly #answers: ReadonlySet<CodeValue>;
  readonly #drawn: string[] = [];

  constructor(script: Script, language: Language) {
    this.#script = script;
    this.#language = language;
    this.#values = new Map(language.given);
    this.#names = new Names(language.variable, language.taken.local);
    const { draws, hints, forward, update, tensors } = script;
    this.#members = membersOf([...forward, ...update], tensors, draws);
    this.#classes = new Classes({ language, names: this.#names, draws, hints });
    this.#holders = {
      language,
      draws,
      path: ({ address }) => this.#memberNames.get(address) ?? '',
      written: (definition) => this.#classes.written(definition),
    };
    const answering = [...forward, ...update].filter((statement) => isStateful(statement) && statement.kind !== 'loop');
    this.#answers = new Set(answering.flatMap(({ outputs }) => (outputs.length === 1 ? outputs : [])));
  }

  write({ withWeights = false }: ExportOptions): WrittenScript {
    const script = this.#script;
    const groups = this.#setting();
    const { state, load } = this.#state();
    const loading = withWeights ? lines(load()) : [];
    const specs = this.#optimizers();
    const training = this.#language.loop(script, this.#iteration(specs.map(({ name }) => name)));
    const optimizers = specs.flatMap((optimizer) => optimizer.lines);
    const read = namesIn([...loading, ...optimizers, ...training]);
    const setting = [...this.#settingLines(groups, read), ...loading];
    const files = this.#language.files({ script, classes: this.#classes.lines, setting, optimizers, training });
    return { files, state, draws: this.#drawn };
  }

  /** All parameters by the names that a file of weights has for them, and what loads it. */
  #state(): { readonly state: StateEntry[]; readonly load: () => readonly string[] } {
    const held = this.#members.flatMap((member) => {
      const path = this.#holders.path(member);
      const entries = stateOf(member, path, this.#holders);
      return entries.length === 0 ? [] : [{ item: { path, isModule: member.kind !== 'tensor' }, entries }];
    });
    const items = held.map(({ item }) => item);
    const isOne = items.length === 1 && items[0]?.isModule === true;
    const from = isOne ? (items[0]?.path.length ?? 0) + 1 : 0;
    const state = held.flatMap(({ entries }) => entries.map((entry) => ({ ...entry, name: entry.name.slice(from) })));
    return { state, load: () => (items.length === 0 ? [] : this.#language.loadState(items, isOne)) };
  }

  /** Data and members, in the order of their draws. */
  #setting(): Group[] {
    const { data, draws } = this.#script;
    const ranks = drawRanks(draws);
    const parts: Part[] = [
      ...data.map(
        (statement) => ({ kind: 'data', rank: ranks.get(statement.place.address) ?? -1, statement }) as const,
      ),
      ...this.#members.map((member) => ({ kind: 'member', rank: rankOf(member, draws), member }) as const),
    ];
    parts.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank));
    const groups: Part[][] = [];
    for (const part of parts)
      if (groups.at(-1)?.[0]?.kind === part.kind) groups.at(-1)?.push(part);
      else groups.push([part]);
    return groups.map((group) => [
      ...this.#language.data(group.flatMap((part) => (part.kind === 'data' ? [this.#datum(part.statement)] : []))),
      ...group.flatMap((part) => (part.kind === 'member' ? [this.#member(part.member)] : [])),
    ]);
  }

  /** A blank line parts data and members. What nobody reads needs no name, and stands apart. */
  #settingLines(groups: readonly Group[], read: ReadonlySet<string>): Line[] {
    const written = groups.map((group) => {
      const kept = group.filter((one) => !isVariable(one) || read.has(one.name) || one.unnamed.length > 0);
      const isUnread = (one: Group[number] | undefined) => one !== undefined && isVariable(one) && !read.has(one.name);
      return kept.flatMap((one, i) => {
        if (!isVariable(one)) return [one];
        const isApart = i > 0 && isUnread(one) !== isUnread(kept[i - 1]);
        const apart = isApart ? lines(['']) : [];
        if (!isUnread(one)) return [...apart, ...one.lines];
        if (isUnread(kept[i - 1])) return one.unnamed;
        const its = isUnread(kept[i + 1]) ? 'their' : 'its';
        const why = `Unused, but drawn in ${its} turn, for what follows to be drawn alike.`;
        return [...apart, ...lines(this.#language.comments([why])), ...one.unnamed];
      });
    });
    const filled = written.filter((group) => group.length > 0);
    return filled.flatMap((group, i) => [...(i > 0 ? lines(['']) : []), ...group]);
  }

  #datum(statement: DataStatement) {
    const { place, outputs, source, rows } = statement;
    const names = outputs.map((value) => {
      return this.#names.give(this.#script.hints.get(value) ?? place.name, [place.id, 'values']);
    });
    const isCut = this.#script.batches !== undefined && rows !== undefined;
    for (const [i, value] of outputs.entries()) {
      const name = names[i] ?? '';
      this.#values.set(value, isCut ? this.#language.batchOf(name) : name);
    }
    if (source.kind !== 'constant' && drawRanks(this.#script.draws).has(place.address)) this.#drawn.push(place.address);
    return { statement, names };
  }

  #member(member: Member): Variable {
    const { place, address } = member;
    const isLoss = member.kind === 'layer' && member.of.parameters.length === 0;
    const isNamed = this.#language.variable(place.name) !== '';
    const name = isLoss
      ? this.#names.give(isNamed ? `${place.name}_fn` : '', 'loss_fn')
      : this.#names.give(place.name, [place.id, usualName(member)]);
    this.#memberNames.set(address, name);
    const { draws } = this.#script;
    const ranks = drawRanks(draws);
    const drawn = parametersOf(member, draws).flatMap((one) => (ranks.has(one.address) ? [one.address] : []));
    this.#drawn.push(...drawn);
    const variable = (named: readonly Line[], unnamed: readonly Line[]) => {
      return { name, lines: named, unnamed: drawn.length === 0 ? [] : unnamed };
    };
    if (member.kind !== 'tensor') {
      const made = this.#classes.construction(member);
      return variable(this.#language.variableFor(name, made), [this.#language.unnamed(made)]);
    }
    const { parameter, value } = member.of;
    this.#values.set(value, name);
    const noted = (text: string) => lines([...this.#language.comments(place.notes), text], place);
    const named = noted(this.#language.startTensor(name, parameter));
    return variable(named, noted(this.#language.unnamedTensor(parameter)));
  }

  #optimizers(): { readonly name: string; readonly lines: Line[] }[] {
    const { optimizers, parameters, forward, losses, tensors } = this.#script;
    const read = new Set(parametersRead(forward, losses, tensors));
    return optimizers
      .filter((optimizer) => optimizer.parameters.length > 0)
      .map(({ place, kind, settings, parameters: owned }, _i, all) => {
        const name = this.#names.give(all.length === 1 ? 'optimizer' : place.name, 'optimizer');
        // What gets no gradient may stand among the others.
        const given = new Set([
          ...owned,
          ...[...parameters].flatMap(([one, { requiresGrad }]) => (requiresGrad && read.has(one) ? [] : [one])),
        ]);
        const items = parameterItems(this.#members, new Set(owned), given, this.#holders);
        const made = this.#language.optimizer(name, kind, settings, items);
        return { name, lines: lines([...this.#language.comments(place.notes), ...made], place) };
      });
  }

  #iteration(optimizers: readonly string[]): Line[] {
    const { forward, losses, updates, update, optimizers: specs } = this.#script;
    const scope = this.#scope();
    const inUpdate = [...update.flatMap(({ inputs }) => inputs), ...updates.map(({ gradient }) => gradient)];
    const made = new Set(forward.flatMap(({ outputs }) => outputs));
    const later = inUpdate.filter((value) => made.has(value));
    const body = Body.of(forward, [...losses, ...later], scope);
    body.flush();
    const names = losses.map((loss) => body.name(loss));
    const places = specs.map(({ place }) => place);
    const steps = optimizers.flatMap((name, i) => lines([this.#language.step(name)], ...places.slice(i, i + 1)));
    return [
      ...this.#printed(body.lines, names[0] ?? ''),
      ...lines(this.#backward(names, optimizers), ...places),
      ...new Updates(this.#script, scope, (address) => this.#path(address)).lines(steps),
    ];
  }

  /** The lines with one that prints the loss, right behind it. */
  #printed(body: readonly Line[], loss: string): Line[] {
    const made = body.findLastIndex(({ text }) => this.#language.defines(text, loss)) + 1 || body.length;
    return [...body.slice(0, made), ...lines(this.#language.printed(loss)), ...body.slice(made)];
  }

  #backward(losses: readonly string[], optimizers: readonly string[]): readonly string[] {
    const { optimizers: specs, gradients, updates, update } = this.#script;
    const isRead =
      updates.some(({ gradient }) => gradients.has(gradient)) ||
      update.some(({ inputs }) => inputs.some((v) => gradients.has(v)));
    if (!isRead && specs.every(({ parameters }) => parameters.length === 0)) return [];
    const canLack = reachedBy(this.#script, 'every').parameters.size === 0;
    return this.#language.backward(losses, optimizers, { canSkip: canSkip(this.#script.forward), canLack });
  }

  #path(address: string): string {
    return this.#memberNames.get(address) ?? parameterPath(this.#members, address, this.#holders);
  }

  #scope(): Scope {
    return {
      language: this.#language,
      names: this.#names,
      values: this.#values,
      hint: (value) => (this.#answers.has(value) ? 'y_pred' : (this.#script.hints.get(value) ?? '')),
      member: ({ address }) => this.#language.callee(this.#memberNames.get(address) ?? ''),
      functionClass: (statement) => this.#classes.functionClass(statement),
    };
  }
}
