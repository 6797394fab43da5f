import { bodyClass, copiesOf } from '../members.ts';
import type { Names } from '../names.ts';
import type { CodeValue, Layer, Loop, Operation, OwnFunction, Place, Statement } from '../script.ts';
import { countReads, holdsNothing, used } from '../statements.ts';
import { called, constantText, type Expression, type Operand, operation, whole } from './expressions.ts';
import { comments, indented, literal } from './words.ts';

/** Where statements stand: what is called how. */
export interface Scope {
  readonly names: Names;
  readonly values: Map<CodeValue, string>;
  hint(value: CodeValue): string;
  /** The member of a node: `self.linear1`. */
  member(place: Place): string;
  /** The class of a function of the user's own. */
  functionClass(statement: OwnFunction): string;
  /** Something of the standard library is used. */
  needs(module: 'random'): void;
}

/** Longer lines are not put together. */
const LONGEST = 80;

interface Pending {
  readonly value: CodeValue;
  readonly expression: Expression;
  readonly notes: readonly string[];
  /** What a class of one's own gives has a name: it is the network's answer. */
  readonly keepsName: boolean;
}

/**
 * The lines of a body. What is read once, by the statement that follows, gets no name: it is written where it is read, as in
 * `(y_pred - y).pow(2).sum()`.
 */
export class Body {
  readonly lines: string[] = [];
  readonly #scope: Scope;
  readonly #reads: ReadonlyMap<CodeValue, number>;
  #pending: Pending | undefined;

  private constructor(scope: Scope, reads: ReadonlyMap<CodeValue, number>) {
    this.#scope = scope;
    this.#reads = reads;
  }

  /** Writes what `results` are made of. Afterwards `result` and `name` tell how they are written. */
  static of(statements: readonly Statement[], results: readonly CodeValue[], scope: Scope): Body {
    const kept = used(statements, results);
    const body = new Body(scope, countReads(kept, results));
    for (const statement of kept) body.#write(statement);
    return body;
  }

  /** A value where it is read last: the expression that makes it, where it has no name yet. */
  result(value: CodeValue): string {
    if (this.#pending?.value === value && this.#reads.get(value) === 1) {
      const { expression, notes } = this.#pending;
      this.#pending = undefined;
      this.lines.push(...comments(notes));
      return expression.text;
    }
    return this.name(value);
  }

  name(value: CodeValue): string {
    if (this.#pending?.value === value) this.flush();
    return this.#tensor(value);
  }

  /** Gives what has no name yet one. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    const { value, expression, notes } = pending;
    this.lines.push(...comments(notes), `${this.#nameFor(value)} = ${expression.text}`);
  }

  #nameFor(value: CodeValue): string {
    const name = this.#scope.names.give(this.#scope.hint(value), 'value');
    this.#scope.values.set(value, name);
    return name;
  }

  #text(value: CodeValue): string {
    if (value.constant !== undefined) return constantText(value);
    const text = this.#scope.values.get(value);
    if (text === undefined) throw new Error('a value is read before it is made');
    return text;
  }

  /** A value that has to be a tensor, also where it is a constant. */
  #tensor(value: CodeValue): string {
    return value.constant === undefined ? this.#text(value) : `torch.tensor(${constantText(value)})`;
  }

  #operand(value: CodeValue): Operand {
    const pending = this.#pending;
    return pending?.value === value ? { ...pending.expression, value } : { ...whole(this.#text(value)), value };
  }

  /** May what is pending be written in the place of its name? */
  #isReadBy({ inputs }: Statement): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending.keepsName) return false;
    return inputs.includes(pending.value) && this.#reads.get(pending.value) === 1;
  }

  #write(statement: Statement): void {
    switch (statement.kind) {
      case 'operation':
        this.#put(statement, () => this.#operation(statement));
        break;
      case 'function':
        this.#put(statement, () => this.#function(statement));
        break;
      case 'layer':
        if (holdsNothing(statement)) this.#put(statement, () => this.#flatten(statement));
        else this.#call(statement);
        break;
      case 'chain':
      case 'instance':
        this.#call(statement);
        break;
      case 'loop':
        this.#loop(statement);
        break;
      default:
        statement satisfies never;
    }
  }

  #operation({ op, inputs, attrs }: Operation): Expression {
    const operands = inputs.map((value) => this.#operand(value));
    return operation(op, operands, attrs);
  }

  #function(statement: OwnFunction): Expression {
    const operands = statement.inputs.map((value) =>
      value.constant === undefined ? this.#operand(value).text : this.#tensor(value),
    );
    return whole(`${this.#scope.functionClass(statement)}.apply(${operands.join(', ')})`);
  }

  #flatten({ inputs, args }: Layer): Expression {
    const [input] = inputs;
    if (input === undefined) throw new Error('Flatten has nothing to flatten');
    return called(this.#operand(input), 'flatten', [literal(args.startDim?.value)]);
  }

  /** An expression that what follows may put to use. */
  #put(statement: Statement, write: () => Expression): void {
    const { outputs, place, kind } = statement;
    if (!this.#isReadBy(statement) || write().text.length > LONGEST) this.flush();
    const expression = write();
    const notes = [...(this.#pending?.notes ?? []), ...place.notes];
    this.#pending = undefined;
    const [value] = outputs;
    if (outputs.length !== 1 || value === undefined) this.#assign(outputs, expression.text, notes);
    else if (this.#reads.has(value))
      this.#pending = { value, expression, notes, keepsName: kind === 'chain' || kind === 'instance' };
    else this.lines.push(...comments(notes), expression.text);
  }

  #call(statement: Statement): void {
    this.flush();
    this.#put(statement, () => {
      const operands = statement.inputs.map((value) => this.#tensor(value));
      return whole(`${this.#scope.member(statement.place)}(${operands.join(', ')})`);
    });
  }

  #assign(outputs: readonly CodeValue[], text: string, notes: readonly string[]): void {
    const names = outputs.map((value) => (this.#reads.has(value) ? this.#nameFor(value) : '_'));
    const left = names.every((name) => name === '_') ? '' : `${names.join(', ')} = `;
    this.lines.push(...comments(notes), `${left}${text}`);
  }

  /** What a loop carries has one name for all iterations. */
  #loop(loop: Loop): void {
    const { count, currents, outputs, inputs, place } = loop;
    const [only] = inputs;
    const starts = inputs.length === 1 && only !== undefined ? [this.result(only)] : inputs.map((v) => this.name(v));
    this.flush();
    const names = currents.map(() => this.#scope.names.give(place.name, 'carried'));
    for (const [i, name] of names.entries())
      for (const value of [currents[i], outputs[i]]) if (value !== undefined) this.#scope.values.set(value, name);
    this.lines.push(`${names.join(', ')} = ${starts.join(', ')}`, ...comments(place.notes));
    const copies = copiesOf(loop);
    if (copies !== undefined) {
      this.#overCopies(loop, names);
      return;
    }
    if (typeof count !== 'number') this.#scope.needs('random');
    const times = typeof count === 'number' ? `${count}` : `random.randint(${count.min}, ${count.max})`;
    this.lines.push(`for _ in range(${times}):`, ...indented(this.#iteration(loop, names)));
  }

  #iteration({ body, nexts }: Loop, names: readonly string[]): string[] {
    const inner = new Body(this.#scope, this.#reads);
    for (const statement of body) inner.#write(statement);
    const [only] = nexts;
    const next = nexts.length === 1 && only !== undefined ? [inner.result(only)] : nexts.map((v) => inner.name(v));
    inner.flush();
    const changed = names.flatMap((name, i) => (next[i] === name ? [] : [[name, next[i]] as const]));
    if (changed.length > 0)
      inner.lines.push(`${changed.map(([name]) => name).join(', ')} = ${changed.map(([, text]) => text).join(', ')}`);
    return inner.lines.length === 0 ? ['pass'] : inner.lines;
  }

  #overCopies(loop: Loop, names: readonly string[]): void {
    const copy = this.#scope.names.give('layer', 'layer');
    const outside = bodyClass(loop)
      .inputs.slice(names.length)
      .map((value) => this.#tensor(value));
    this.lines.push(
      `for ${copy} in ${this.#scope.member(loop.place)}:`,
      ...indented([`${names.join(', ')} = ${copy}(${[...names, ...outside].join(', ')})`]),
    );
  }
}
