import { type Member, membersOf, parametersOf } from '../members.ts';
import { withModel } from '../model.ts';
import { Names } from '../names.ts';
import type { CodeValue, Script, Statement } from '../script.ts';
import { isStateful, parametersRead } from '../statements.ts';
import { Body, type Scope } from './body.ts';
import { assigned, Classes, drawn } from './classes.ts';
import { dataLines, filesOf, READ_IDX } from './data.ts';
import { optimizerLines, parameterList } from './optimizers.ts';
import { comments, docstring, indented, number, snake, taken } from './words.ts';

export interface TrainScript {
  readonly text: string;
  /** Files that it reads, by the names under which data sets have them. */
  readonly files: readonly string[];
  /** What it draws, in its order: it trains alike only if that is the document's. */
  readonly draws: readonly string[];
}

/** The script as one writes it; with its layers in one class unless they are drawn in an order that a class cannot have. */
export function trainScript(read: Script): TrainScript {
  const gathered = new Writer(withModel(read, read.name)).write();
  return sameDraws(gathered, read) ? gathered : new Writer(read).write();
}

export const sameDraws = ({ draws }: TrainScript, script: Script): boolean =>
  draws.length === script.draws.length && draws.every((address, i) => address === script.draws[i]);

class Writer {
  readonly #script: Script;
  readonly #names = new Names(snake, taken.local);
  readonly #imports = new Set<string>();
  readonly #values = new Map<CodeValue, string>();
  readonly #members: readonly Member[];
  readonly #memberNames = new Map<string, string>();
  readonly #classes: Classes;
  /** Values that objects of the script give. */
  readonly #answers: ReadonlySet<CodeValue>;
  readonly #drawn: string[] = [];

  constructor(script: Script) {
    this.#script = script;
    const { draws, hints, forward, update, tensors } = script;
    this.#members = membersOf([...forward, ...update], tensors, draws);
    this.#classes = new Classes({
      names: this.#names,
      draws,
      hints,
      needs: (module) => void this.#imports.add(module),
    });
    const answering = [...forward, ...update].filter((statement) => isStateful(statement) && statement.kind !== 'loop');
    this.#answers = new Set(answering.flatMap(({ outputs }) => (outputs.length === 1 ? outputs : [])));
  }

  write(): TrainScript {
    const { name, notes, data } = this.#script;
    const setting = this.#setting();
    const optimizers = this.#optimizers();
    const training = this.#training(optimizers.map(({ name }) => name));
    const files = data.flatMap(({ source }) => (source.kind === 'dataset' ? (filesOf.get(source.name) ?? []) : []));
    const random = this.#imports.has('random');
    const imports = [
      ...(random ? ['import random'] : []),
      ...(files.length === 0 ? [] : ['import struct', 'from pathlib import Path']),
    ];
    const lines = [
      ...docstring([name, ...notes]),
      '',
      ...(imports.length === 0 ? [] : [...imports, '']),
      'import torch',
      ...this.#classes.lines,
      ...(files.length === 0 ? [] : ['', '', ...READ_IDX]),
      ...(this.#script.batches !== undefined && 'steps' in this.#script.count ? ['', '', ...BATCHES] : []),
      ...(this.#hasDefinitions(files) ? ['', ''] : ['']),
      `torch.manual_seed(${this.#script.seed})`,
      ...(random ? [`random.seed(${this.#script.seed})`] : []),
      '',
      ...setting,
      ...optimizers.flatMap(({ lines }) => lines),
      '',
      ...training,
    ];
    return { text: `${lines.join('\n')}\n`, files, draws: this.#drawn };
  }

  #hasDefinitions(files: readonly string[]): boolean {
    const { batches, count } = this.#script;
    return this.#classes.lines.length > 0 || files.length > 0 || (batches !== undefined && 'steps' in count);
  }

  /** Data and members, in the order of their draws; a blank line parts the two. */
  #setting(): string[] {
    const { data, draws } = this.#script;
    const rank = new Map(draws.map((address, i) => [address, i]));
    const parts = [
      ...data.map((statement) => ({
        of: 'data',
        rank: rank.get(statement.place.address) ?? -1,
        write: () => this.#datum(statement),
      })),
      ...this.#members.map((member) => ({
        of: 'member',
        rank: Math.min(
          Number.POSITIVE_INFINITY,
          ...parametersOf(member, draws).flatMap(({ address }) => rank.get(address) ?? []),
        ),
        write: () => this.#member(member),
      })),
    ];
    parts.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank));
    return parts.flatMap(({ of, write }, i) => [...(of !== parts[i - 1]?.of && i > 0 ? [''] : []), ...write()]);
  }

  #datum(statement: Script['data'][number]): string[] {
    const { place, outputs, source } = statement;
    const names = outputs.map((value) => this.#names.give(this.#script.hints.get(value) ?? place.name, place.id));
    const isCut = this.#script.batches !== undefined && statement.rows !== undefined;
    for (const [i, value] of outputs.entries()) this.#values.set(value, isCut ? `${names[i]}[rows]` : (names[i] ?? ''));
    if (source.kind !== 'constant' && this.#script.draws.includes(place.address)) this.#drawn.push(place.address);
    return [...comments(place.notes), ...dataLines(statement, names)];
  }

  #member(member: Member): string[] {
    const { place, address } = member;
    const isLoss = member.kind === 'layer' && member.of.parameters.length === 0;
    const name = this.#names.give(isLoss ? `${snake(place.name)}_fn` : place.name, isLoss ? 'loss_fn' : place.id);
    this.#memberNames.set(address, name);
    const { draws } = this.#script;
    const wanted = new Set(draws);
    this.#drawn.push(...parametersOf(member, draws).flatMap((one) => (wanted.has(one.address) ? [one.address] : [])));
    if (member.kind === 'tensor') {
      const { parameter, value } = member.of;
      this.#values.set(value, name);
      return [
        ...comments(place.notes),
        `${name} = ${drawn(parameter, parameter.requiresGrad ? ', requires_grad=True' : '')}`,
      ];
    }
    return assigned(name, this.#classes.construction(member, String));
  }

  #optimizers() {
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
        const list = parameterList(this.#members, {
          owned: new Set(owned),
          given,
          draws: this.#script.draws,
          path: (member) => this.#memberNames.get(member.address) ?? '',
          attributes: (definition) => this.#classes.written(definition),
        });
        return { name, lines: [...comments(place.notes), ...optimizerLines(name, kind, settings, list)] };
      });
  }

  #training(optimizers: readonly string[]): string[] {
    const { count, batches } = this.#script;
    const body = indented(this.#iteration(optimizers));
    if (batches === undefined) return [`for step in range(${'steps' in count ? count.steps : count.epochs}):`, ...body];
    const { size, samples } = batches;
    if ('steps' in count)
      return [`for step, rows in zip(range(${count.steps}), batches(${samples}, ${size})):`, ...body];
    return [
      'step = 0',
      `for _ in range(${count.epochs}):`,
      ...indented([`for rows in torch.randperm(${samples}).split(${size}):`, ...body, ...indented(['step += 1'])]),
    ];
  }

  #iteration(optimizers: readonly string[]): string[] {
    const { forward, losses, updates, update } = this.#script;
    const scope = this.#scope();
    const inUpdate = [...update.flatMap(({ inputs }) => inputs), ...updates.map(({ gradient }) => gradient)];
    const made = new Set(forward.flatMap(({ outputs }) => outputs));
    const later = inUpdate.filter((value) => made.has(value));
    const body = Body.of(forward, [...losses, ...later], scope);
    body.flush();
    const names = losses.map((loss) => body.name(loss));
    return [
      ...printed(body.lines, names[0] ?? ''),
      ...this.#backward(names, optimizers),
      ...optimizers.map((name) => `${name}.step()`),
      ...this.#updateLines(scope),
    ];
  }

  #backward(losses: readonly string[], optimizers: readonly string[]): string[] {
    const { optimizers: specs, gradients, updates, update } = this.#script;
    const isRead =
      updates.some(({ gradient }) => gradients.has(gradient)) ||
      update.some(({ inputs }) => inputs.some((v) => gradients.has(v)));
    if (!isRead && specs.every(({ parameters }) => parameters.length === 0)) return [];
    // A parameter that a pass did not use keeps no gradient of an earlier one: the optimizer passes it over.
    const clearing = this.#canSkip() ? 'set_to_none=True' : '';
    const total = losses.length === 1 ? losses[0] : `(${losses.join(' + ')})`;
    return [...optimizers.map((name) => `${name}.zero_grad(${clearing})`), `${total}.backward()`];
  }

  /** Is there a loop that may run no iteration at all? */
  #canSkip(): boolean {
    const mayNotRun = (statement: Statement): boolean =>
      statement.kind === 'loop'
        ? (typeof statement.count !== 'number' && statement.count.min === 0) || statement.body.some(mayNotRun)
        : statement.kind === 'instance' && statement.definition.body.some(mayNotRun);
    return this.#script.forward.some(mayNotRun);
  }

  /** All reads before all writes, then gradients are cleared. */
  #updateLines(scope: Scope): string[] {
    const { update, updates, gradients, tensors, parameters } = this.#script;
    if (updates.length === 0 && this.#zeroing().length === 0) return [];
    for (const [value, address] of gradients) this.#values.set(value, `${this.#path(address)}.grad`);
    const body = Body.of(
      update,
      updates.map(({ gradient }) => gradient),
      scope,
    );
    const texts = updates.map(({ gradient }) => body.name(gradient));
    body.flush();
    const held = new Set(tensors.map(({ value }) => value));
    const writes = updates.flatMap(({ place, parameters: addresses, gradient, lr }, i) => {
      // What another Update may have written before was read when it had not.
      const text = held.has(gradient) ? this.#names.give(`${texts[i]}_before`, 'before') : texts[i];
      if (text !== texts[i]) body.lines.push(`${text} = ${texts[i]}.clone()`);
      return [
        ...comments(place.notes),
        ...addresses.map((address) => `${this.#path(address)} -= ${number(lr)} * ${text}`),
      ];
    });
    const lines = [...body.lines, ...writes, ...this.#zeroing()];
    const isRecorded = updates.some(({ parameters: written }) =>
      written.some((address) => parameters.get(address)?.requiresGrad),
    );
    return isRecorded || update.length > 0 ? ['with torch.no_grad():', ...indented(lines)] : lines;
  }

  #zeroing(): string[] {
    const { zeroGrads, optimizers, gradients, parameters } = this.#script;
    const cleared = new Set(optimizers.flatMap((optimizer) => optimizer.parameters));
    const read = new Set(gradients.values());
    return zeroGrads.flatMap(({ place, parameters: addresses }) => {
      const left = addresses.filter((address) => parameters.get(address)?.requiresGrad && !cleared.has(address));
      // Only what was read surely has a gradient.
      const lines = left.map((address) => `${this.#path(address)}.grad${read.has(address) ? '.zero_()' : ' = None'}`);
      return lines.length === 0 ? [] : [...comments(place.notes), ...lines];
    });
  }

  /** `model.linear1.weight`, `w1`. */
  #path(address: string): string {
    const own = this.#memberNames.get(address);
    if (own !== undefined) return own;
    const member = this.#members.find((one) =>
      parametersOf(one, this.#script.draws).some((p) => p.address === address),
    );
    if (member === undefined) throw new Error(`no code holds the parameter ${address}`);
    return pathWithin(member, address, this.#memberNames.get(member.address) ?? '', this.#script.draws, this.#classes);
  }

  #scope(): Scope {
    return {
      names: this.#names,
      values: this.#values,
      hint: (value) => (this.#answers.has(value) ? 'y_pred' : (this.#script.hints.get(value) ?? '')),
      member: ({ address }) => this.#memberNames.get(address) ?? '',
      functionClass: (statement) => this.#classes.functionClass(statement),
      needs: (module) => void this.#imports.add(module),
    };
  }
}

/** The way to a parameter through what holds it. */
function pathWithin(member: Member, address: string, path: string, draws: readonly string[], classes: Classes): string {
  const holds = (one: Member) => parametersOf(one, draws).some((parameter) => parameter.address === address);
  if (member.kind === 'chain') {
    const at = member.links.findIndex(holds);
    const link = member.links[at];
    return link === undefined ? path : pathWithin(link, address, `${path}[${at}]`, draws, classes);
  }
  if (member.kind === 'instance') {
    const { members, attributes } = classes.written(member.definition);
    const inner = members.find(holds);
    return inner === undefined
      ? path
      : pathWithin(inner, address, `${path}.${attributes.get(inner.address)}`, draws, classes);
  }
  return member.kind === 'tensor' ? path : `${path}.${address.slice(address.lastIndexOf('.') + 1)}`;
}

/** The lines with one that prints the loss, right behind it. */
function printed(lines: readonly string[], loss: string): string[] {
  const made = lines.findLastIndex((line) => line.startsWith(`${loss} = `)) + 1 || lines.length;
  return [...lines.slice(0, made), `print(step, ${loss}.item())`, ...lines.slice(made)];
}

const BATCHES = [
  'def batches(samples, size):',
  '    """Rows of minibatches without end, shuffled anew in every pass."""',
  '    while True:',
  '        yield from torch.randperm(samples).split(size)',
] as const;
