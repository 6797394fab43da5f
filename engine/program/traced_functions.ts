import type { FunctionSignature, TraceResult } from '../functions/trace.ts';
import { type Tracer, traceHere } from '../functions/tracer.ts';
import { type CheckResult, checkDocument } from '../graph/check.ts';
import type { GraphDocument } from '../graph/document.ts';
import { type FunctionTraces, functionKey } from '../graph/functions.ts';

/** What the functions of a document turned out to do: the one place that runs them on the way to a program. */
export class TracedFunctions {
  readonly #known = new Map<string, TraceResult>();
  readonly #trace: Tracer;

  constructor(trace: Tracer = traceHere) {
    this.#trace = trace;
  }

  readonly lookup: FunctionTraces = (source, signature) => this.#known.get(functionKey(source, signature));

  /** Runs the code, once for each signature. */
  async trace(source: string, signature: FunctionSignature): Promise<TraceResult> {
    const known = this.lookup(source, signature);
    if (known !== undefined) return known;
    const result = await this.#trace(source, signature);
    this.#known.set(functionKey(source, signature), result);
    return result;
  }

  /** Checks a document, running whatever is pending: with each function the shapes after it become known. */
  async check(document: GraphDocument): Promise<CheckResult> {
    for (;;) {
      const checked = checkDocument(document, this.lookup);
      // As long as one is pending, those behind it may be reached yet.
      const open = [checked.functions, checked.lastFunctions, checked.unreached].map((uses) =>
        uses.filter((use) => use.traced === undefined),
      );
      const pending = open.find((uses) => uses.length > 0);
      if (pending === undefined) return checked;
      for (const { source, signature } of pending) await this.trace(source, signature);
    }
  }
}
