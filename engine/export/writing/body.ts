import { type Line, lines } from '../line.ts';
import { bodyClass, copiesOf } from '../members.ts';
import type { Names } from '../names.ts';
import type { CodeValue, Layer, Loop, Operation, OwnFunction, Place, Statement } from '../script.ts';
import { countReads, holdsNothing, isNumber, used } from '../statements.ts';
import type { Expression, Language, Operand } from './language.ts';
import { Named } from './named.ts';

/** Where statements stand: what is called how. */
export interface Scope {
  readonly language: Language;
  readonly names: Names;
  readonly values: Map<CodeValue, string>;
  hint(value: CodeValue): string;
  /** The member of a node: `self.linear1`. */
  member(place: Place): string;
  /** The class of a function of the user's own. */
  functionClass(statement: OwnFunction): string;
}

/** Longer lines are not put together. */
const LONGEST = 80;

interface Pending {
  readonly value: CodeValue;
  readonly expression: Expression;
  readonly places: readonly Place[];
  /** What a class of one's own gives has a name: it is the network's answer. So do numbers. */
  readonly keepsName: boolean;
}

/**
 * The lines of a body. What is read once, by the statement that follows, gets no name: it is written where it is read, as in
 * `(y_pred - y).pow(2).sum()`.
 */
export class Body {
  readonly lines: Line[] = [];
  readonly #scope: Scope;
  readonly #language: Language;
  readonly #reads: ReadonlyMap<CodeValue, number>;
  #pending: Pending | undefined;
  /** Nodes whose expressions a result was made of, where it was taken without a name. */
  #resultPlaces: readonly Place[] = [];

  private constructor(scope: Scope, reads: ReadonlyMap<CodeValue, number>) {
    this.#scope = scope;
    this.#language = scope.language;
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
      const { expression, places } = this.#pending;
      this.#pending = undefined;
      this.#note(places);
      this.#resultPlaces = places;
      return expression.text;
    }
    return this.name(value);
  }

  /** Where the expression comes from that `result` gave last. */
  get resultPlaces(): readonly Place[] {
    return this.#resultPlaces;
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
    const { value, expression, places } = pending;
    this.#note(places);
    this.#line(this.#language.assigned([this.#nameFor(value)], expression.text), places);
  }

  #line(text: string, places: readonly Place[]): void {
    this.lines.push({ text, places });
  }

  /** What users have noted at the nodes of the line that follows. */
  #note(places: readonly Place[]): void {
    for (const place of places) this.lines.push(...lines(this.#language.comments(place.notes), place));
  }

  #nameFor(value: CodeValue): string {
    const name = this.#scope.names.give(this.#scope.hint(value), 'value');
    this.#scope.values.set(value, name);
    return name;
  }

  #text(value: CodeValue): string {
    if (value.constant !== undefined) return this.#language.number(value);
    const text = this.#scope.values.get(value);
    if (text === undefined) throw new Error('a value is read before it is made');
    return text;
  }

  /** A value that has to be a tensor, also where it is a constant. */
  #tensor(value: CodeValue): string {
    return value.constant === undefined ? this.#text(value) : this.#language.tensor(value);
  }

  #operand(value: CodeValue): Operand {
    const pending = this.#pending;
    const expression = pending?.value === value ? pending.expression : this.#language.whole(this.#text(value));
    return { ...expression, value };
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
    const named = Object.entries(attrs).map(([name, value]) => [name, this.#attribute(value)]);
    return this.#language.operation(op, operands, Object.fromEntries(named));
  }

  /** Numbers that follow the batch go by their names. */
  #attribute(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#attribute(one));
    return isNumber(value) ? new Named(this.#text(value)) : value;
  }

  #function(statement: OwnFunction): Expression {
    const operands = statement.inputs.map((value) =>
      value.constant === undefined ? this.#operand(value).text : this.#tensor(value),
    );
    return this.#language.whole(this.#language.applied(this.#scope.functionClass(statement), operands));
  }

  #flatten({ inputs, args }: Layer): Expression {
    const [input] = inputs;
    if (input === undefined) throw new Error('Flatten has nothing to flatten');
    return this.#language.flattened(this.#operand(input), args.startDim?.value);
  }

  /** An expression that what follows may put to use. */
  #put(statement: Statement, write: () => Expression): void {
    const { outputs, place, kind } = statement;
    if (!this.#isReadBy(statement) || write().text.length > LONGEST) this.flush();
    const expression = write();
    const places = [...(this.#pending?.places ?? []), place];
    this.#pending = undefined;
    const [value] = outputs;
    if (outputs.length !== 1 || value === undefined) this.#assign(outputs, expression.text, places);
    else if (this.#reads.has(value))
      this.#pending = {
        value,
        expression,
        places,
        keepsName: isNumber(value) || kind === 'chain' || kind === 'instance',
      };
    else this.#assign([], expression.text, places);
  }

  #call(statement: Statement): void {
    this.flush();
    this.#put(statement, () => {
      const operands = statement.inputs.map((value) => {
        const text = this.#tensor(value);
        return statement.kind === 'layer' ? this.#language.forLayer(statement.layer, value, text) : text;
      });
      return this.#language.whole(this.#language.called(this.#scope.member(statement.place), operands));
    });
  }

  #assign(outputs: readonly CodeValue[], text: string, places: readonly Place[]): void {
    const names = outputs.map((value) => (this.#reads.has(value) ? this.#nameFor(value) : undefined));
    const isRead = names.some((name) => name !== undefined);
    this.#note(places);
    this.#line(isRead ? this.#language.assigned(names, text) : this.#language.evaluated(text), places);
  }

  /** What a loop carries has one name for all iterations. */
  #loop(loop: Loop): void {
    const { count, currents, outputs, inputs, place } = loop;
    const [only] = inputs;
    const starts = inputs.length === 1 && only !== undefined ? [this.result(only)] : inputs.map((v) => this.name(v));
    const made = starts.length === 1 ? this.#resultPlaces : [];
    this.#resultPlaces = [];
    this.flush();
    const names = currents.map(() => this.#scope.names.give(place.name, 'carried'));
    for (const [i, name] of names.entries())
      for (const value of [currents[i], outputs[i]]) if (value !== undefined) this.#scope.values.set(value, name);
    const copies = copiesOf(loop);
    const { body, changes } =
      copies === undefined ? this.#iteration(loop, names) : { body: [], changes: new Set(names) };
    const carried = names.map((name, i) => ({ name, start: starts[i] ?? '', changes: changes.has(name) }));
    this.lines.push(...lines(this.#language.carried(carried), ...made, place));
    this.#note([place]);
    if (copies !== undefined) this.#overCopies(loop, names);
    else if (body.length === 0) {
      // Nothing happens in it; but a count that is drawn moves the stream on.
      if (typeof count !== 'number') {
        const drawn = this.#language.drawnCount(count.min, count.max);
        this.#line(this.#language.evaluated(drawn), [place]);
      }
    } else {
      const give = (wanted: string) => this.#scope.names.give(wanted, 'i');
      this.lines.push(...this.#language.repeated(count, give, body, place));
    }
  }

  #iteration({ body, nexts, place }: Loop, names: readonly string[]) {
    const inner = new Body(this.#scope, this.#reads);
    for (const statement of body) inner.#write(statement);
    const [only] = nexts;
    const next = nexts.length === 1 && only !== undefined ? [inner.result(only)] : nexts.map((v) => inner.name(v));
    const made = inner.#resultPlaces;
    inner.flush();
    const changed = names.flatMap((name, i) => (next[i] === name ? [] : [{ name, text: next[i] ?? '' }]));
    if (changed.length > 0) inner.#line(this.#language.next(changed), made.length === 0 ? [place] : made);
    return { body: inner.lines, changes: new Set(changed.map(({ name }) => name)) };
  }

  #overCopies(loop: Loop, names: readonly string[]): void {
    const copy = this.#scope.names.give('layer', 'layer');
    const outside = bodyClass(loop)
      .inputs.slice(names.length)
      .map((value) => this.#tensor(value));
    const call = this.#language.called(copy, [...names, ...outside]);
    // What it gives goes where what it was given came from.
    const next = this.#language.nextOf(names, call);
    this.lines.push(
      ...this.#language.overCopies(copy, this.#scope.member(loop.place), lines([next], loop.place), loop.place),
    );
  }
}
