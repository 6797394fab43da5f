import { batchesInOrder } from '../data/batches.ts';
import { functionFailed } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import { FailedFunction, type FunctionUse, PendingFunction } from '../graph/functions.ts';
import { lowerForRows, type RowsOf } from '../program/lower.ts';
import type { Program } from '../program/program.ts';
import type { TracedFunctions } from '../program/traced_functions.ts';
import type { Material, Split } from './material.ts';

/**
 * The programs for batches of other sizes, as the last one of an epoch is smaller; without minibatches for a whole split, where
 * every source has its own count. Slots are the same in all of them.
 */
export class BatchPrograms {
  readonly #document: GraphDocument;
  readonly #program: Program;
  readonly #material: Material;
  readonly #functions: TracedFunctions;

  constructor(document: GraphDocument, program: Program, material: Material, functions: TracedFunctions) {
    this.#document = document;
    this.#program = program;
    this.#material = material;
    this.#functions = functions;
  }

  /** The program for a batch of `rows` samples. */
  for(rows: number, split: Split): Program {
    const { batchSize } = this.#document.run;
    if (batchSize === undefined && split === 'train') return this.#program;
    return lowerForRows(this.#document, this.#rowsOf(rows, split), this.#functions.lookup);
  }

  /**
   * Traces the functions of the user's own for every size of batch that there will be: nothing waits for the sandbox in the middle
   * of a run. Returns what is wrong with them at such a size. `uses` tells where they stand.
   */
  async prepare(uses: readonly FunctionUse[]): Promise<readonly Diagnostic[]> {
    if (uses.length === 0) return [];
    const { batchSize } = this.#document.run;
    for (const split of ['train', 'test'] as const) {
      const samples = this.#material.samples[split];
      const batches = batchesInOrder(samples, batchSize ?? Math.max(1, samples));
      for (const rows of new Set([...batches].map(([start, end]) => end - start))) {
        const problem = await this.#trace(rows, split, uses);
        if (problem !== undefined) return [problem];
      }
    }
    return [];
  }

  async #trace(rows: number, split: Split, uses: readonly FunctionUse[]): Promise<Diagnostic | undefined> {
    for (;;)
      try {
        this.for(rows, split);
        return undefined;
      } catch (error) {
        if (error instanceof FailedFunction) return functionFailed(placeOf(error.source, uses), error.problem);
        // Nodes that do not fit so many rows are told of when they come.
        if (!(error instanceof PendingFunction)) return undefined;
        await this.#functions.trace(error.source, error.signature);
      }
  }

  #rowsOf(rows: number, split: Split): RowsOf {
    const { cut, [split]: arrays } = this.#material;
    const { batchSize } = this.#document.run;
    return (slot, whole) => {
      if (!cut.has(slot)) return whole;
      return batchSize === undefined ? (arrays.get(slot)?.shape[0] ?? whole) : rows;
    };
  }
}

function placeOf(source: string, uses: readonly FunctionUse[]): Pick<Diagnostic, 'node' | 'module'> {
  const use = uses.find((one) => one.source === source);
  if (use === undefined) return {};
  return { node: use.node, ...(use.module === undefined ? {} : { module: use.module }) };
}
