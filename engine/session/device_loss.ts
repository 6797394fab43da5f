import type { Backend } from '../backends/backend.ts';
import { DeviceFailure, deviceFailureOf } from '../backends/device_failure.ts';

/** Brings another backend to go on with where the device has failed; undefined where there is none. */
export type Renew = (failure: DeviceFailure) => Promise<Backend | undefined>;

/** Whether the device of a run is still there, and how the run goes on without it. */
export class DeviceLoss {
  readonly #renew: Renew | undefined;
  readonly #onSeen: () => void;
  #failure: DeviceFailure | undefined;

  /** Without `renew` there is nothing to go on with, and a failure is an error as any other. `onSeen` hears of one that a look found. */
  constructor(renew: Renew | undefined, onSeen: () => void) {
    this.#renew = renew;
    this.#onSeen = onSeen;
  }

  /** Why the device is of no use any more: nothing is to be asked of it until it is replaced. */
  get failure(): DeviceFailure | undefined {
    return this.#failure;
  }

  /** Says whether an error of the run means that its device is of no use to it, and that there may be another one to go on with. */
  isCause(error: unknown): boolean {
    const failure = deviceFailureOf(error);
    if (failure === undefined || this.#renew === undefined) return false;
    this.#failure ??= failure;
    return true;
  }

  /** What `read` finds on the device; `otherwise` where that has failed. */
  look<Found>(read: () => Found, otherwise: Found): Found {
    if (this.#failure !== undefined) return otherwise;
    try {
      return read();
    } catch (error) {
      // Whoever looks is told where there is no room to look: the run itself has it.
      if (!(error instanceof DeviceFailure && this.isCause(error))) throw error;
      this.#onSeen();
      return otherwise;
    }
  }

  /**
   * Goes on with the next backend on which `takeUp` succeeds: one may fail as well. @throws where there is none, or where the run
   * cannot be taken up there
   */
  async replace(takeUp: (backend: Backend) => Promise<boolean>): Promise<void> {
    for (let failure = this.#failure; failure !== undefined; ) {
      const backend = await this.#renew?.(failure);
      try {
        if (backend === undefined || !(await takeUp(backend))) throw new Error(failure.message);
        this.#failure = undefined;
        return;
      } catch (error) {
        backend?.close();
        const next = deviceFailureOf(error);
        if (next === undefined) throw error;
        failure = next;
      }
    }
  }
}
