import type { FunctionTrace, TensorType } from '../functions/trace.ts';
import type { Value } from '../nodes/builder.ts';
import { operations } from '../ops/index.ts';
import { elementSizes } from '../tensor/dtype.ts';
import { formatShape, numel } from '../tensor/shape.ts';
import { diagnostic } from './diagnostics.ts';
import type { Diagnostic } from './document.ts';

const bytesOf = ({ shape, dtype }: TensorType): number => numel(shape) * elementSizes[dtype];
const sumOf = (values: readonly TensorType[]): number => values.reduce((sum, value) => sum + bytesOf(value), 0);

/** What a run can have: all that 32-bit addresses reach, less the sixteenth that blocks lose by their sizes coming in steps. */
const MOST_MEMORY = 2 ** 32 * (15 / 16);

/** `2 KB`, `0.4 MB`, `12 MB`, `6.31 GB`; a megabyte is 2²⁰ bytes, as everywhere in Gradloom. */
export function formatBytes(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  if (megabytes < 0.1) return `${Math.ceil(bytes / 1024)} KB`;
  if (megabytes >= 1000) return `${(megabytes / 1024).toFixed(2)} GB`;
  return `${megabytes.toFixed(megabytes < 16 ? 1 : 0)} MB`;
}

/** Where a node stands: its id, and the definition in which it does. */
interface NodePlace {
  readonly id: string;
  readonly module: string | undefined;
}

/** What one node adds to the estimate, and the largest value among it. */
interface Share extends NodePlace {
  bytes: number;
  largest: TensorType;
}

/** A value that gets a gradient: how often a pass makes it, and how often it is used. */
interface Learning {
  readonly bytes: number;
  readonly made: number;
  used: number;
}

interface CountedParameter {
  readonly place: NodePlace;
  readonly value: Value;
  readonly copies: number;
  readonly learning: Learning | undefined;
}

export interface MemoryEstimate {
  readonly bytes: number;
  /** The node that takes most of it, in all its iterations, with its largest value. */
  readonly most: Readonly<Share> | undefined;
}

/** What the user is told of a run that no memory holds. */
export function memoryProblems({ bytes, most }: MemoryEstimate): Diagnostic[] {
  if (bytes <= MOST_MEMORY || most === undefined) return [];
  const { id: node, module, largest } = most;
  return [
    diagnostic(
      'exceeds-memory',
      { ...(module === undefined ? {} : { module }), node },
      {
        node,
        size: formatBytes(bytes),
        limit: formatBytes(MOST_MEMORY),
        part: formatBytes(most.bytes),
        shape: formatShape(largest.shape),
      },
    ),
  ];
}

/**
 * How much memory the arrays of a run take where it takes most, estimated from shapes alone while a document is checked. Counted:
 * parameters with the copies of untied loops, what optimizers remember of them, the data (without a test split, whose size only
 * the files tell), the batch; of a pass all that operations make forward and backward, as it is kept until the next pass, with
 * every iteration of loops at their highest counts; the forward pass of an evaluation beside it; and the copy of a factor that
 * a matrix product packs. Not counted: what lies outside of the backend, such as snapshots.
 */
export class MemoryCount {
  readonly #parameters = new Map<string, CountedParameter>();
  readonly #learning = new Map<Value, Learning>();
  readonly #shares = new Map<string, Share>();
  #data = 0;
  #forward = 0;
  #backward = 0;
  #packed = 0;
  #isEvaluated = false;

  /** `copies`: how many an untied loop makes of it. */
  parameter(place: NodePlace, address: string, value: Value, copies: number, requiresGrad: boolean): void {
    let known = this.#parameters.get(address);
    if (known === undefined) {
      const learning = requiresGrad ? { bytes: bytesOf(value), made: copies, used: 0 } : undefined;
      known = { place, value, copies, learning };
      this.#parameters.set(address, known);
    }
    if (known.learning !== undefined) this.#learning.set(value, known.learning);
  }

  /** Whole sets, and what of them a pass sees: the same where no batch is cut. */
  data(place: NodePlace, whole: readonly Value[], seen: readonly Value[], isCut: boolean): void {
    const bytes = sumOf(whole) + (isCut ? sumOf(seen) : 0);
    this.#data += bytes;
    if (isCut) this.#isEvaluated = true;
    for (const value of whole) this.#add(place, bytes / whole.length, value);
  }

  /** A metric asks for an evaluation. */
  evaluated(): void {
    this.#isEvaluated = true;
  }

  /** An operation that a pass runs `times` times; in the update phase nothing is differentiated. */
  operation(place: NodePlace, name: string, inputs: readonly Value[], output: Value, times: number): void {
    const record = operations.get(name);
    const { forward = 0, backward = 1 } = record?.makes ?? {};
    const widest = Math.max(bytesOf(output), ...inputs.map(bytesOf));
    const isProduct = name === 'matmul';
    // Of each factor a copy may be made, but one is there at a time.
    if (isProduct) this.#packed = Math.max(this.#packed, ...inputs.map(bytesOf));
    this.#run(place, output, times, bytesOf(output) + forward * widest);
    const sizeFor = (input: Value) =>
      backward * (isProduct ? bytesOf(input) : Math.max(bytesOf(input), bytesOf(output)));
    if (record?.backward !== undefined) this.#differentiate(place, inputs, [output], times, sizeFor);
  }

  /** A mask is drawn, and multiplied with. */
  dropout(place: NodePlace, input: Value, output: Value, times: number): void {
    this.#run(place, output, times, 2 * bytesOf(output));
    this.#differentiate(place, [input], [output], times, bytesOf);
  }

  /** A function of the user's own makes what its trace lists. */
  custom(
    place: NodePlace,
    trace: FunctionTrace,
    inputs: readonly Value[],
    outputs: readonly Value[],
    times: number,
  ): void {
    const [largest] = outputs;
    if (largest === undefined) return;
    this.#run(place, largest, times, sumOf(trace.forward));
    if (!this.#differentiate(place, inputs, outputs, times, () => 0)) return;
    this.#backward += sumOf(trace.backward) * times;
    this.#add(place, sumOf(trace.backward) * times, largest);
  }

  /** What a loop carries: `current` in its body for `start`, or `result` behind it for what it began with and what it gives. */
  carried(from: readonly (Value | undefined)[], to: Value, times: number): void {
    if (from.some((value) => value !== undefined && this.#learning.has(value))) this.#learn(to, times);
  }

  /** Asked once, at the end. `remembered`: how many arrays of a parameter's size optimizers keep for each. */
  estimate(remembered: number): MemoryEstimate {
    let bytes = this.#data + this.#forward + this.#backward + this.#packed;
    if (this.#isEvaluated) bytes += this.#forward;
    for (const { place, value, copies, learning } of this.#parameters.values()) {
      const own = bytesOf(value) * copies * (1 + (learning === undefined ? 0 : remembered));
      bytes += own;
      this.#add(place, own, value);
    }
    // The first gradient that comes to a value is the sum already.
    for (const { bytes: size, made, used } of new Set(this.#learning.values()))
      bytes += Math.max(0, used - made) * size;
    let most: Share | undefined;
    for (const share of this.#shares.values()) if (most === undefined || share.bytes > most.bytes) most = share;
    return { bytes, most };
  }

  #run(place: NodePlace, output: Value, times: number, bytes: number): void {
    this.#forward += bytes * times;
    this.#add(place, bytes * times, output);
  }

  /** Counts what the gradients of the inputs that get one take. Is anything differentiated? */
  #differentiate(
    place: NodePlace,
    inputs: readonly Value[],
    outputs: readonly Value[],
    times: number,
    sizeFor: (input: Value) => number,
  ): boolean {
    let isLearning = false;
    for (const input of inputs) {
      const learning = this.#learning.get(input);
      if (learning === undefined) continue;
      isLearning = true;
      learning.used += times;
      const bytes = sizeFor(input) * times;
      this.#backward += bytes;
      this.#add(place, bytes, input);
    }
    if (isLearning) for (const output of outputs) this.#learn(output, times);
    return isLearning;
  }

  #learn(value: Value, made: number): void {
    this.#learning.set(value, { bytes: bytesOf(value), made, used: 0 });
  }

  #add({ id, module }: NodePlace, bytes: number, value: TensorType): void {
    const key = `${module ?? ''}/${id}`;
    const share = this.#shares.get(key);
    if (share === undefined) this.#shares.set(key, { id, module, bytes, largest: value });
    else {
      share.bytes += bytes;
      if (bytesOf(value) > bytesOf(share.largest)) share.largest = value;
    }
  }
}
