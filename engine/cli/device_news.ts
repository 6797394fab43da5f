import type { Backend } from '../backends/backend.ts';
import type { Diagnostic } from '../graph/document.ts';

/**
 * What `--json` says of the device that a run is on: with the first object, and with the first that comes from another device. It has
 * no object of its own, so that each stays that of an iteration or of an evaluation.
 */
export class DeviceNews {
  #told: Backend | undefined;
  #last: { readonly problem: Diagnostic; readonly backend: Backend } | undefined;

  /** A run is on `backend` because of `problem`. */
  heard(problem: Diagnostic, backend: Backend): void {
    this.#last = { problem, backend };
  }

  /** What the next object says besides, which comes from `backend`: nothing, where that is known. */
  next(backend: Backend): object {
    if (backend === this.#told) return {};
    this.#told = backend;
    const { name: device, simd, threads, adapter } = backend.device;
    const computes =
      adapter === undefined ? { simd, threads } : { adapter: adapter.name, isSoftware: adapter.isSoftware };
    return { device, ...computes, ...(this.#last?.backend === backend && { problem: this.#last.problem }) };
  }
}
