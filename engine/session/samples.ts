import type { Backend } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import { parametersAt } from '../program/schedule.ts';
import type { Moment } from './moment.ts';
import type { OwnedParameter } from './owner.ts';
import { summarizeNode } from './statistics.ts';
import type { NodeTelemetry } from './summary.ts';

/** Statistics of the nodes that somebody looks at. Nothing is computed that nobody asked for. */
export class Samples {
  readonly #backend: Backend;
  readonly #program: Program;
  readonly #parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #addresses = new Map<string, readonly string[]>();
  #watched: ReadonlySet<string> = new Set();
  #last: Readonly<Record<string, NodeTelemetry>> = {};
  #isWanted = false;

  constructor(backend: Backend, program: Program, parameters: ReadonlyMap<string, OwnedParameter>) {
    this.#backend = backend;
    this.#program = program;
    this.#parameters = parameters;
  }

  /** The nodes that are told about. */
  watch(nodes: Iterable<string>): void {
    this.#watched = new Set(nodes);
  }

  /** The last sample taken; another one is taken when this iteration ends. */
  later(): Readonly<Record<string, NodeTelemetry>> {
    this.#isWanted = true;
    return this.#last;
  }

  /** A sample of this moment. */
  now(moment: Moment | undefined): Readonly<Record<string, NodeTelemetry>> {
    this.#isWanted = false;
    this.#last = Object.fromEntries([...this.#watched].map((node) => [node, this.of(node, moment)]));
    return this.#last;
  }

  /** An iteration has ended: whoever asked in the middle of it gets its sample. */
  iterationEnded(moment: () => Moment | undefined): void {
    if (this.#isWanted) this.now(moment());
  }

  /** Of one node, by its address: output, gradient of it, parameters as they are now. */
  of(address: string, moment: Moment | undefined): NodeTelemetry {
    const slot = moment?.pass.schedule.outputs.get(address);
    return summarizeNode(this.#backend, {
      output: slot === undefined ? undefined : moment?.pass.value(slot),
      gradient: slot === undefined ? undefined : moment?.gradient(slot),
      parameters: this.#parametersOf(address).flatMap((one) => this.#parameters.get(one) ?? []),
    });
  }

  #parametersOf(address: string): readonly string[] {
    const known = this.#addresses.get(address) ?? parametersAt(this.#program, address);
    this.#addresses.set(address, known);
    return known;
  }
}
