import { type Line, lines } from '../line.ts';
import type { CodeValue, Script, Statement } from '../script.ts';
import { reachedBy } from '../sharding/reached.ts';
import { holdsNothing, readsOf, used } from '../statements.ts';
import { Body, type Scope } from './body.ts';

type Update = Script['updates'][number];

/** Updates that are done in a pass if all these values are there. */
interface Group {
  readonly guards: readonly CodeValue[];
  readonly updates: readonly Update[];
  /** What they are computed with that is not always there either. */
  readonly statements: readonly Statement[];
}

/** What happens after the backward pass: all reads before all writes, then gradients are cleared. */
export class Updates {
  readonly #script: Script;
  readonly #scope: Scope;
  readonly #path: (address: string) => string;
  /** Parameters that get a gradient in every pass. */
  readonly #sure: ReadonlySet<string>;
  /** Gradients that have to be there, by the value that is made of them. */
  readonly #guards = new Map<CodeValue, ReadonlySet<CodeValue>>();

  constructor(script: Script, scope: Scope, path: (address: string) => string) {
    this.#script = script;
    this.#scope = scope;
    this.#path = path;
    this.#sure = reachedBy(script, 'every').parameters;
    for (const statement of script.update) {
      const guards = new Set(readsOf(statement).flatMap((value) => this.#guardsOf(value, true)));
      for (const value of statement.outputs) this.#guards.set(value, guards);
    }
  }

  lines(): Line[] {
    const { update, updates, gradients, parameters } = this.#script;
    const { language, values } = this.#scope;
    const zeroing = this.#zeroing();
    if (updates.length === 0 && zeroing.length === 0) return [];
    for (const [value, address] of gradients) values.set(value, language.gradient(this.#path(address)));
    const isRecorded = updates.some(({ parameters: written }) =>
      written.some((address) => parameters.get(address)?.requiresGrad),
    );
    const inner = this.#updating(zeroing);
    return isRecorded || update.length > 0 ? language.withoutGradients(inner) : inner;
  }

  #updating(zeroing: readonly Line[]): Line[] {
    const { gradients, update, updates } = this.#script;
    const guards = updates.map(({ gradient }) => this.#guardsOf(gradient, false));
    const asked = [...gradients.keys()].filter((value) => guards.flat().includes(value));
    // What is always there is asked for once, if at all.
    if (asked.every((value) => this.#isSure(value))) {
      const all = this.#grouped([{ guards: [], updates, statements: [] }], update);
      return this.#guarded(asked, [...all, ...zeroing]);
    }
    const groups = Map.groupBy(updates.entries(), ([i]) => asked.map((value) => guards[i]?.includes(value)).join());
    const always = update.filter(({ outputs }) => outputs.every((value) => !this.#guards.get(value)?.size));
    const sometimes = update.filter((statement) => !always.includes(statement));
    const written = [...groups.values()].map((group): Group => {
      const [[first] = [0]] = group;
      const own = group.map(([, one]) => one);
      const results = own.map(({ gradient }) => gradient);
      const needed = asked.filter((value) => guards[first]?.includes(value));
      return { guards: needed, updates: own, statements: used(sometimes, results, false) };
    });
    return [...this.#grouped(written, always), ...zeroing];
  }

  /** `always` are the statements that no group asks anything for. */
  #grouped(groups: readonly Group[], always: readonly Statement[]): Line[] {
    const made = new Set(always.flatMap(({ outputs }) => outputs));
    const given = groups
      .flatMap(({ updates, statements }) => [
        ...updates.map(({ gradient }) => gradient),
        ...statements.flatMap(readsOf),
      ])
      .filter((value) => made.has(value));
    const body = Body.of(always, given, this.#scope);
    for (const value of given) body.name(value);
    body.flush();
    const before = this.#before(groups);
    return [...body.lines, ...before.lines, ...groups.flatMap((group) => this.#group(group, before.names))];
  }

  /** Copies of parameters that are read when they may have been written. */
  #before(groups: readonly Group[]): { readonly lines: Line[]; readonly names: ReadonlyMap<Update, string> } {
    const { language, names, values } = this.#scope;
    const { forward, update: statements, updates: all, tensors } = this.#script;
    const held = new Map(tensors.map(({ value, parameter }) => [value, parameter.address]));
    const views = viewsOf(held, [...forward, ...statements]);
    const copies: Line[] = [];
    const copied = new Map<Update, string>();
    const copy = (value: CodeValue, place: Update['place']): string => {
      const given = values.get(value) ?? '';
      const name = names.give(`${given}_before`, 'before');
      copies.push(...lines([language.assigned([name], language.cloned(given))], place));
      return name;
    };
    const isWritten = (address: string | undefined, by: Update) =>
      address !== undefined && all.some((one) => one !== by && one.parameters.includes(address));
    for (const update of groups.flatMap(({ updates }) => updates))
      if (held.has(update.gradient) || isWritten(views.get(update.gradient), update))
        copied.set(update, copy(update.gradient, update.place));
    const written = new Set<string>();
    const done = new Set<CodeValue>();
    for (const { updates, statements } of groups) {
      for (const statement of statements)
        for (const value of readsOf(statement)) {
          if (done.has(value) || !written.has(views.get(value) ?? '')) continue;
          values.set(value, copy(value, statement.place));
          done.add(value);
        }
      for (const address of updates.flatMap(({ parameters }) => parameters)) written.add(address);
    }
    return { lines: copies, names: copied };
  }

  #group({ guards, updates, statements }: Group, before: ReadonlyMap<Update, string>): Line[] {
    const { language } = this.#scope;
    const results = updates.map(({ gradient }) => gradient);
    const body = Body.of(statements, results, this.#scope);
    const texts = updates.map((update) => before.get(update) ?? body.name(update.gradient));
    body.flush();
    const writes = updates.flatMap(({ place, parameters, lr }, i) => {
      const written = parameters.map((address) => language.updated(this.#path(address), lr, texts[i] ?? ''));
      return lines([...language.comments(place.notes), ...written], place);
    });
    return this.#guarded(guards, [...body.lines, ...writes]);
  }

  #guarded(guards: readonly CodeValue[], inner: readonly Line[]): Line[] {
    const { gradients } = this.#script;
    const paths = new Set(guards.map((value) => this.#path(gradients.get(value) ?? '')));
    return paths.size === 0 ? [...inner] : this.#scope.language.ifThere([...paths], inner);
  }

  /** Gradients that have to be there where a value is read: as an operand, or by an Update itself. */
  #guardsOf(value: CodeValue, isOperand: boolean): CodeValue[] {
    if (!this.#script.gradients.has(value)) return [...(this.#guards.get(value) ?? [])];
    return this.#scope.language.asksFor({ isSure: this.#isSure(value), isOperand }) ? [value] : [];
  }

  #isSure(gradient: CodeValue): boolean {
    return this.#sure.has(this.#script.gradients.get(gradient) ?? '');
  }

  #zeroing(): Line[] {
    const { zeroGrads, optimizers, gradients, parameters } = this.#script;
    const { language } = this.#scope;
    const cleared = new Set(optimizers.flatMap((optimizer) => optimizer.parameters));
    const read = new Set(gradients.values());
    return zeroGrads.flatMap(({ place, parameters: addresses }) => {
      const left = addresses.filter((address) => parameters.get(address)?.requiresGrad && !cleared.has(address));
      const texts = left.map((address) =>
        language.cleared(this.#path(address), read.has(address) && this.#sure.has(address)),
      );
      return texts.length === 0 ? [] : lines([...language.comments(place.notes), ...texts], place);
    });
  }
}

/** The numbers of a parameter in another shape, or apart from its gradient, change as it is written. */
const VIEWS: ReadonlySet<string> = new Set(['transpose', 'reshape', 'detach']);

/** Values that are a parameter's numbers, and its address. */
function viewsOf(held: ReadonlyMap<CodeValue, string>, statements: readonly Statement[]): Map<CodeValue, string> {
  const views = new Map(held);
  for (const statement of statements) {
    const isView =
      statement.kind === 'operation' ? VIEWS.has(statement.op) : statement.kind === 'layer' && holdsNothing(statement);
    const [address] = statement.inputs.map((value) => views.get(value));
    if (isView && address !== undefined) for (const value of statement.outputs) views.set(value, address);
  }
  return views;
}
