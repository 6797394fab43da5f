import { pick } from '../autograd/apply.ts';
import type { Backend, NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { operations } from '../ops/index.ts';
import type { Attributes, OpRecord } from '../ops/op.ts';
import type { Ref, ScheduledEntry } from '../program/entries.ts';
import type { DType, TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Moment } from './moment.ts';
import type { Computation } from './oracle.ts';
import { SUM } from './pass.ts';
import type { SavedArrays } from './snapshot.ts';

/** An iteration as far as it is done, and what its first entries found. */
export interface Past {
  readonly moment: Moment;
  /** The parameters as the iteration began, by address; absent where nobody remembers. */
  readonly parameters: SavedArrays | undefined;
  /** Where the arrays of the moment are. */
  readonly backend: Backend;
}

/** An entry that can be done again. */
export interface Redone {
  /** Its outputs, in the order of `made`. */
  readonly compute: Computation<TypedArray[]>;
  /** What the session's backend made. */
  readonly made: readonly TypedArray[];
}

/** A tensor as an entry found it; it is read when it is needed. */
interface Found {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly read: () => TypedArray;
}

type Answer = Redone | 'nothing' | 'unknown';

/** Finds what it takes to do entries of the past again. */
export class Redoing {
  readonly #past: Past;
  /** Parameters that the update phase has changed, or is about to. */
  readonly #written: ReadonlySet<string>;

  constructor(past: Past) {
    this.#past = past;
    const { done, entries, pass } = past.moment;
    const { optimizers, updates } = pass.schedule.program;
    const writers = done > entries.start.update ? [...optimizers, ...updates] : [];
    this.#written = new Set(writers.flatMap(({ parameters }) => parameters));
  }

  /** Of the node that an entry belongs to; the sum of several losses belongs to the first. */
  addressOf({ address, forward }: ScheduledEntry): string {
    return address !== '' || forward === undefined ? address : (this.#list[forward]?.address ?? '');
  }

  /** `nothing`: it computes nothing that an operation's record tells of; `unknown`: it drew numbers, or what it read is gone. */
  entry(entry: ScheduledEntry, position: number): Answer {
    if (entry.op === 'accumulate') return this.#accumulation(entry, position);
    if (entry.phase === 'backward') return this.#backward(entry);
    if (entry.phase === 'loss') return this.#lossSum(entry);
    if (entry.op === 'dropout') return this.#dropout(entry);
    // Batches and optimizers have no attributes.
    return entry.attrs === undefined ? 'nothing' : this.#forward(entry, entry.attrs);
  }

  get #list(): readonly ScheduledEntry[] {
    return this.#past.moment.entries.list;
  }

  #forward({ phase, op, inputs, outputs }: ScheduledEntry, attrs: Attributes): Answer {
    const record = this.#record(op);
    const given = this.#findAll(inputs);
    const made = this.#findAll(outputs);
    // An operation of the update that needs a gradient which nothing has reached is passed over.
    if (made === undefined && phase === 'update') return 'nothing';
    if (record === undefined || given === undefined || made === undefined) return 'unknown';
    return {
      made: made.map(({ read }) => read()),
      compute: (k, upload) => {
        const results = record.forward(k, given.map(uploadedBy(upload)), attrs);
        return results.slice(0, made.length).map((x) => k.backend.readSync(x));
      },
    };
  }

  #backward({ op, attrs = {}, inputs, outputs, forward = -1 }: ScheduledEntry): Answer {
    const record = this.#record(op);
    const entry = this.#list[forward];
    const made = this.#findAll(outputs);
    // The mask of a dropout stands in no slot.
    if (record?.backward === undefined || entry === undefined || entry.op === 'dropout') return 'unknown';
    // Several losses are added up two by two.
    const given = this.#findAll(entry.phase === 'loss' ? entry.inputs.slice(0, 2) : entry.inputs);
    const results = this.#findAll(entry.outputs);
    if (given === undefined || results === undefined || made === undefined) return 'unknown';
    const gradients = inputs.slice(0, results.length).map((ref) => this.#find(ref));
    const contributions = outputs.flatMap((ref) => (ref.of === 'contribution' ? [ref.input] : []));
    const needs = given.map((_, input) => contributions.includes(input));
    const shapes = given.map(({ shape }) => shape);
    const backward = record.backward.bind(record);
    return {
      made: made.map(({ read }) => read()),
      compute: (k, upload) => {
        const uploaded = uploadedBy(upload);
        const grads = gradients.map((gradient, i) => (gradient ? uploaded(gradient) : zerosOf(k, results[i])));
        const keeps = (kind: string) => record.saves.some((name) => name.startsWith(kind));
        const values = keeps('input') || keeps('intermediate') ? given.map(uploaded) : [];
        const outputs = keeps('output') ? results.map(uploaded) : [];
        const intermediates = keeps('intermediate') ? record.forward(k, values, attrs).slice(results.length) : [];
        const saved = pick(record, values, outputs, intermediates);
        const found = backward(k, grads, saved, attrs, needs, shapes);
        return contributions.map((input) => {
          const contribution = found[input];
          return contribution === undefined ? new Float32Array() : k.backend.readSync(contribution);
        });
      },
    };
  }

  /** The `+=` into a gradient. */
  #accumulation({ inputs }: ScheduledEntry, position: number): Answer {
    const { moment } = this.#past;
    const [before] = inputs;
    // The first adds to nothing.
    if (before === undefined || moment.array(before) === undefined) return 'nothing';
    const total = moment.pass.result(position - moment.entries.start.backward)[SUM];
    return additionOf(this.#findAll(inputs), total && this.#found(total));
  }

  /** Of several losses. */
  #lossSum({ inputs, outputs: [output] }: ScheduledEntry): Answer {
    return inputs.length < 2 ? 'nothing' : additionOf(this.#findAll(inputs), output && this.#find(output));
  }

  /** One of nothing gives its very input. */
  #dropout({ inputs: [input], outputs: [output] }: ScheduledEntry): Answer {
    const { moment } = this.#past;
    return input && output && moment.array(input) === moment.array(output) ? 'nothing' : 'unknown';
  }

  #record(op: string): OpRecord | undefined {
    return this.#past.moment.pass.schedule.program.functions.get(op) ?? operations.get(op);
  }

  #findAll(refs: readonly Ref[]): Found[] | undefined {
    const found = refs.flatMap((ref) => this.#find(ref) ?? []);
    return found.length === refs.length ? found : undefined;
  }

  #find(ref: Ref): Found | undefined {
    const { moment, parameters } = this.#past;
    const array = moment.array(ref);
    if (array === undefined) return undefined;
    const parameter = ref.of === 'value' ? moment.entries.parameters.get(ref.slot) : undefined;
    if (parameter === undefined || !this.#written.has(parameter)) return this.#found(array);
    const before = parameters?.get(parameter);
    return before && { shape: array.shape, dtype: array.dtype, read: () => before };
  }

  #found(array: NDArray): Found {
    const { shape, dtype } = array;
    let values: TypedArray | undefined;
    return {
      shape,
      dtype,
      read: () => {
        values ??= this.#past.backend.readSync(array);
        return values;
      },
    };
  }
}

const uploadedBy =
  (upload: Backend['upload']) =>
  ({ read, shape, dtype }: Found): NDArray =>
    upload(read(), shape, dtype);

const zerosOf = (k: Kernels, found: Found | undefined): NDArray => k.zeros(found?.shape ?? [], found?.dtype);

/** A sum from left to right. */
function additionOf(terms: readonly Found[] | undefined, total: Found | undefined): Answer {
  if (terms === undefined || total === undefined) return 'unknown';
  return {
    made: [total.read()],
    compute: (k, upload) => {
      const [first, ...others] = terms.map(uploadedBy(upload));
      return first === undefined ? [] : [k.backend.readSync(others.reduce((sum, term) => k.add(sum, term), first))];
    },
  };
}
