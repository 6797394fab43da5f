import type { Backend } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import { parametersAt } from '../program/schedule.ts';
import type { Moment } from './moment.ts';
import type { OwnedParameter } from './owner.ts';
import { type NodeArrays, numbersIn, summarizeNodes } from './statistics.ts';
import type { NodeTelemetry } from './summary.ts';

/**
 * Of so many numbers a sample in the middle of a run speaks at most, or of one node: half a millisecond's work, and as much again to
 * bring back to the caches what was there before. So thirty frames a second take three hundredths of the time. Where nodes have more
 * numbers between them they take turns.
 */
export const NUMBERS_PER_SAMPLE = 300_000;

type Sample = Readonly<Record<string, NodeTelemetry>>;

/** Statistics of the nodes that somebody looks at. Nothing is computed that nobody asked for. */
export class Samples {
  readonly #backend: Backend;
  readonly #program: Program;
  readonly #parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #addresses = new Map<string, readonly string[]>();
  /** Those that have waited longest come first. */
  #watched = new Set<string>();
  #last: Sample = {};
  /** Somebody has asked in the middle of an iteration, and gets a sample when it ends. */
  #isWanted = false;
  #isWhole = true;

  constructor(backend: Backend, program: Program, parameters: ReadonlyMap<string, OwnedParameter>) {
    this.#backend = backend;
    this.#program = program;
    this.#parameters = parameters;
  }

  /** The nodes that are told about. Those that were not before are the next ones. */
  watch(nodes: Iterable<string>): void {
    const waiting = this.#watched;
    const wanted = new Set(nodes);
    const isNew = (node: string) => !waiting.has(node);
    this.#watched = new Set([...[...wanted].filter(isNew), ...[...waiting].filter((node) => wanted.has(node))]);
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Does the last sample speak of all nodes? */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The last sample taken; another one is taken when this iteration ends. */
  later(): Sample {
    this.#isWanted = true;
    return this.#last;
  }

  /** A sample of this moment, of every node. */
  now(moment: Moment | undefined): Sample {
    return this.#take([...this.#watched], moment);
  }

  /** A sample of this moment in the middle of a run: of the nodes whose turn it is. */
  inTurn(moment: Moment | undefined): Sample {
    const chosen: string[] = [];
    let numbers = 0;
    for (const node of this.#watched) {
      numbers += numbersIn(this.#arraysOf(node, moment));
      if (chosen.length > 0 && numbers > NUMBERS_PER_SAMPLE) break;
      chosen.push(node);
    }
    return this.#take(chosen, moment);
  }

  /** Of one node, by its address: output, gradient of it, parameters as they are now. */
  of(address: string, moment: Moment | undefined): NodeTelemetry {
    return summarizeNodes(this.#backend, [this.#arraysOf(address, moment)])[0] ?? {};
  }

  #take(nodes: readonly string[], moment: Moment | undefined): Sample {
    this.#isWanted = false;
    this.#isWhole = nodes.length === this.#watched.size;
    const told = summarizeNodes(
      this.#backend,
      nodes.map((node) => this.#arraysOf(node, moment)),
    );
    this.#last = Object.fromEntries(nodes.map((node, i) => [node, told[i] ?? {}]));
    for (const node of nodes) {
      this.#watched.delete(node);
      this.#watched.add(node);
    }
    return this.#last;
  }

  #arraysOf(address: string, moment: Moment | undefined): NodeArrays {
    const slot = moment?.pass.schedule.outputs.get(address);
    return {
      output: slot === undefined ? undefined : moment?.pass.value(slot),
      gradient: slot === undefined ? undefined : moment?.gradient(slot),
      parameters: this.#parametersOf(address).flatMap((one) => this.#parameters.get(one) ?? []),
    };
  }

  #parametersOf(address: string): readonly string[] {
    const known = this.#addresses.get(address) ?? parametersAt(this.#program, address);
    this.#addresses.set(address, known);
    return known;
  }
}
