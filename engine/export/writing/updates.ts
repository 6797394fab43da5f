import { type Line, lines } from '../line.ts';
import type { CodeValue, Definition, Script, Statement } from '../script.ts';
import { reachedBy } from '../sharding/reached.ts';
import { parametersRead, readsOf, used } from '../statements.ts';
import { Body, type Scope } from './body.ts';

type Update = Script['updates'][number];

/** Updates that are done in a pass if all these values are there. */
interface Group {
  readonly guards: readonly CodeValue[];
  readonly updates: readonly Update[];
  /** What they are computed with that is not always there either. */
  readonly statements: readonly Statement[];
}

/** What happens after the backward pass: all reads before all writes, those of optimizers first, then gradients are cleared. */
export class Updates {
  readonly #script: Script;
  readonly #scope: Scope;
  readonly #path: (address: string) => string;
  /** Parameters that get a gradient in every pass. */
  readonly #sure: ReadonlySet<string>;
  /** Values that are a parameter's numbers, or may be, and the addresses of these. */
  readonly #views: ReadonlyMap<CodeValue, ReadonlySet<string>>;
  /** Parameters that optimizers write. */
  readonly #stepped: ReadonlySet<string>;
  /** Gradients that have to be there, by the value that is made of them. */
  readonly #guards = new Map<CodeValue, ReadonlySet<CodeValue>>();

  constructor(script: Script, scope: Scope, path: (address: string) => string) {
    this.#script = script;
    this.#scope = scope;
    this.#path = path;
    this.#sure = reachedBy(script, 'every').parameters;
    this.#views = viewsOf(script);
    this.#stepped = new Set(script.optimizers.flatMap(({ parameters }) => parameters));
    for (const statement of script.update) {
      const guards = new Set(readsOf(statement).flatMap((value) => this.#guardsOf(value, true)));
      for (const value of statement.outputs) this.#guards.set(value, guards);
    }
  }

  /** `steps` are those of the optimizers: in front, or behind what is to be read of the parameters that they write. */
  lines(steps: readonly Line[]): Line[] {
    const { update, updates, gradients, parameters } = this.#script;
    const { language, values } = this.#scope;
    const zeroing = this.#zeroing();
    if (updates.length === 0 && zeroing.length === 0) return [...steps];
    for (const [value, address] of gradients) values.set(value, language.gradient(this.#path(address)));
    const isRecorded = updates.some(({ parameters: written }) =>
      written.some((address) => parameters.get(address)?.requiresGrad),
    );
    const [before, within] = this.#readsStepped() ? [[], steps] : [steps, []];
    const inner = this.#updating(within, zeroing);
    return [...before, ...(isRecorded || update.length > 0 ? language.withoutGradients(inner) : inner)];
  }

  /** Is anything read of what optimizers write? */
  #readsStepped(): boolean {
    const { update, updates } = this.#script;
    const read = [...update.flatMap(readsOf), ...updates.map(({ gradient }) => gradient)];
    const viewed = read.flatMap((value) => [...(this.#views.get(value) ?? [])]);
    const inside = parametersRead(
      update,
      update.flatMap(({ outputs }) => outputs),
      [],
    );
    return [...viewed, ...inside].some((address) => this.#stepped.has(address));
  }

  #updating(steps: readonly Line[], zeroing: readonly Line[]): Line[] {
    const { gradients, update, updates } = this.#script;
    const guards = updates.map(({ gradient }) => this.#guardsOf(gradient, false));
    const asked = [...gradients.keys()].filter((value) => guards.flat().includes(value));
    // What is always there is asked for once, if at all.
    if (asked.every((value) => this.#isSure(value))) {
      const all = this.#grouped([{ guards: [], updates, statements: [] }], update, steps);
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
    return [...this.#grouped(written, always, steps), ...zeroing];
  }

  /** `always` are the statements that no group asks anything for. */
  #grouped(groups: readonly Group[], always: readonly Statement[], steps: readonly Line[]): Line[] {
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
    return [...body.lines, ...before.lines, ...steps, ...groups.flatMap((group) => this.#group(group, before.names))];
  }

  /** Copies of parameters that are read when they may have been written. */
  #before(groups: readonly Group[]): { readonly lines: Line[]; readonly names: ReadonlyMap<Update, string> } {
    const { language, names, values } = this.#scope;
    const { updates: all, tensors } = this.#script;
    const held = new Set(tensors.map(({ value }) => value));
    const viewed = (value: CodeValue): string[] => [...(this.#views.get(value) ?? [])];
    const copies: Line[] = [];
    const copied = new Map<Update, string>();
    const copy = (value: CodeValue, place: Update['place']): string => {
      const given = values.get(value) ?? '';
      const name = names.give(`${given}_before`, 'before');
      copies.push(...lines([language.assigned([name], language.cloned(given))], place));
      return name;
    };
    const isWritten = (address: string, by: Update) =>
      this.#stepped.has(address) || all.some((one) => one !== by && one.parameters.includes(address));
    for (const update of groups.flatMap(({ updates }) => updates))
      if (held.has(update.gradient) || viewed(update.gradient).some((address) => isWritten(address, update)))
        copied.set(update, copy(update.gradient, update.place));
    const written = new Set(this.#stepped);
    const done = new Set<CodeValue>();
    for (const { updates, statements } of groups) {
      for (const statement of statements)
        for (const value of readsOf(statement)) {
          if (done.has(value) || !viewed(value).some((address) => written.has(address))) continue;
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

/**
 * Values that may be a parameter's numbers, and the addresses of these. What a loop, a module or a function gives may be whatever it
 * reads: it need not compute anything.
 */
function viewsOf({ tensors, forward, update }: Script): Map<CodeValue, ReadonlySet<string>> {
  const views = new Map(tensors.map(({ value, parameter }) => [value, new Set([parameter.address])]));
  for (const statement of [...forward, ...update]) {
    const isNew =
      statement.kind === 'operation'
        ? !VIEWS.has(statement.op)
        : statement.kind === 'layer' && statement.parameters.length > 0;
    if (isNew) continue;
    const addresses = readsOf(statement).flatMap((value) => [...(views.get(value) ?? [])]);
    const all = new Set([...addresses, ...heldBy(statement)]);
    if (all.size > 0) for (const value of statement.outputs) views.set(value, all);
  }
  return views;
}

/** Addresses of the Parameter nodes inside of a statement. */
function heldBy(statement: Statement): string[] {
  const { tensors, body } = insideOf(statement);
  return [...tensors.map(({ parameter }) => parameter.address), ...body.flatMap(heldBy)];
}

function insideOf(statement: Statement): Pick<Definition, 'tensors' | 'body'> {
  if (statement.kind === 'instance') return statement.definition;
  if (statement.kind === 'loop') return statement;
  return { tensors: [], body: statement.kind === 'chain' ? statement.body : [] };
}
