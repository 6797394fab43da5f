import type {
  CodeValue,
  FunctionCode,
  FunctionPart,
  HeldTensor,
  Loop,
  Operation,
  OwnFunction,
  Place,
  Script,
  Statement,
} from '../script.ts';
import { layerRules } from './layers.ts';
import { operationRules } from './operations.ts';
import { type Given, isRows, type Share, sameShare } from './share.ts';

/** Unknown is what comes of something that was refused: that is said once. */
type Found = Share | 'unknown';

/** Follows the rows of a batch through a script. */
export class Shares {
  readonly #found = new Map<CodeValue, Found>();
  #refused: Place[] = [];

  constructor({ data, tensors, gradients }: Script) {
    for (const { outputs, rows } of data)
      for (const value of outputs) this.#found.set(value, rows === undefined ? 'all' : { axis: -value.shape.length });
    this.#hold(tensors);
    for (const value of gradients.keys()) this.#found.set(value, 'all');
  }

  of(value: CodeValue): Found {
    const found = value.constant === undefined ? this.#found.get(value) : 'all';
    if (found === undefined) throw new Error('a value is read before it is made');
    return found;
  }

  /**
   * Finds what a statement makes. `refused` are the nodes in it that need rows of other processes. Of a mean over rows every process
   * can only have its part of the sum: that is for the script to divide, which knows how many rows a batch has.
   */
  follow(statement: Statement): { readonly refused: readonly Place[]; readonly isMeanOverRows: boolean } {
    this.#refused = [];
    this.#statement(statement);
    return { refused: this.#refused, isMeanOverRows: this.#isMeanOverRows(statement) };
  }

  #hold(tensors: readonly HeldTensor[]): void {
    for (const { value } of tensors) this.#found.set(value, 'all');
  }

  #isMeanOverRows(statement: Statement): boolean {
    const isMean =
      (statement.kind === 'operation' && statement.op === 'mean') ||
      (statement.kind === 'layer' && statement.args.reduction?.value === 'mean');
    return (
      isMean &&
      statement.inputs.some((value) => isRows(this.of(value))) &&
      statement.outputs.some((value) => this.of(value) === 'part')
    );
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'operation':
        this.#operation(statement);
        break;
      case 'layer':
        this.#put(statement, (given, output) => layerRules.get(statement.layer)?.(given, statement.args, output));
        break;
      case 'function':
        this.#function(statement);
        break;
      case 'chain':
        this.#body(statement.body);
        break;
      case 'instance': {
        const { inputs, outputs, body, tensors } = statement.definition;
        this.#copy(statement.inputs, inputs);
        this.#hold(tensors);
        this.#body(body);
        this.#copy(outputs, statement.outputs);
        break;
      }
      case 'loop':
        this.#loop(statement);
        break;
      default:
        statement satisfies never;
    }
  }

  #operation(statement: Operation): void {
    this.#put(statement, (given, output) => operationRules.get(statement.op)?.(given, statement.attrs, output));
  }

  #put(
    { inputs, outputs, place }: Statement,
    rule: (given: readonly Given[], output: CodeValue) => Share | undefined,
  ): void {
    const given = this.#given(inputs);
    for (const output of outputs) {
      const share = given && rule(given, output);
      if (given !== undefined && share === undefined) this.#refused.push(place);
      this.#found.set(output, share ?? 'unknown');
    }
  }

  /** Undefined where something is unknown. */
  #given(values: readonly CodeValue[]): Given[] | undefined {
    const given = values.flatMap((value) => {
      const share = this.of(value);
      return share === 'unknown' ? [] : [{ value, share }];
    });
    return given.length < values.length ? undefined : given;
  }

  #copy(from: readonly CodeValue[], to: readonly CodeValue[]): void {
    for (const [i, value] of to.entries()) {
      const given = from[i];
      if (given !== undefined) this.#found.set(value, this.of(given));
    }
  }

  /** What a definition or a loop does: how many rows a batch has it does not know. */
  #body(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.#statement(statement);
      if (this.#isMeanOverRows(statement)) this.#refuseAll(statement);
    }
  }

  #refuseAll({ place, outputs }: Statement): void {
    this.#refused.push(place);
    for (const output of outputs) this.#found.set(output, 'unknown');
  }

  /** What is carried has to stay what it is. */
  #loop(loop: Loop): void {
    const { inputs, currents, nexts, outputs, body, tensors } = loop;
    this.#copy(inputs, currents);
    this.#hold(tensors);
    this.#body(body);
    this.#copy(inputs, outputs);
    if (!this.#areSame(inputs, nexts)) this.#refuseAll(loop);
  }

  #areSame(before: readonly CodeValue[], after: readonly CodeValue[]): boolean {
    const first = this.#given(before);
    const second = this.#given(after);
    if (first === undefined || second === undefined) return true;
    return first.every(({ share }, i) => sameShare(share, second[i]?.share ?? share));
  }

  /**
   * The gradient of rows has to be rows and that of a part, of which the loss is a sum, the same everywhere; of what is the same
   * everywhere each process has to give a part, for these are added up.
   */
  #function(statement: OwnFunction): void {
    const { code, inputs, outputs } = statement;
    const given = this.#given(inputs);
    const made = given && this.#forward(code, inputs);
    if (given !== undefined && (made === undefined || !this.#goesBack(code, given, made)))
      this.#refused.push(statement.place);
    for (const [i, output] of outputs.entries()) this.#found.set(output, made?.[i] ?? 'unknown');
  }

  #forward({ forward }: FunctionCode, inputs: readonly CodeValue[]): readonly Share[] | undefined {
    this.#copy(inputs, forward.inputs);
    return this.#part(forward)?.map((share) => share ?? 'all');
  }

  #goesBack({ backward, saved }: FunctionCode, given: readonly Given[], made: readonly Share[]): boolean {
    this.#copy(saved, backward.inputs);
    for (const [i, value] of backward.inputs.slice(saved.length).entries())
      this.#found.set(value, gradientOf(made[i] ?? 'all'));
    const results = this.#part(backward);
    return (
      results?.every((share, i) => {
        const input = given[i];
        const isRead = share !== undefined && input !== undefined && input.value.constant === undefined;
        return !isRead || sameShare(share, gradientOf(input.share));
      }) ?? false
    );
  }

  /** What comes of half of a function, undefined where there is no gradient; of all of it where it needs other rows. */
  #part({ body, results }: FunctionPart): (Share | undefined)[] | undefined {
    for (const operation of body) {
      const given = this.#given(operation.inputs);
      for (const output of operation.outputs) {
        const share = given && operationRules.get(operation.op)?.(given, operation.attrs, output);
        // Attributes of others may follow from it.
        if (operation.op === 'rows' && share === undefined) return undefined;
        this.#found.set(output, share ?? 'unknown');
        if (this.#isMeanOverRows(operation)) this.#found.set(output, 'unknown');
      }
    }
    const found = results.map((value) => (value === null ? undefined : this.of(value)));
    return found.includes('unknown') ? undefined : found.filter((one) => one !== 'unknown');
  }
}

const gradientOf = (share: Share): Share => (share === 'part' ? 'all' : share === 'all' ? 'part' : share);
