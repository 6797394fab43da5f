import { DeviceOutOfMemory } from './out_of_memory.ts';

/** How a device fails: it is gone, its memory is full, it refuses what it is asked, or it does not answer. */
export type FailureKind = 'lost' | 'full' | 'refused' | 'silent';

/** A device has failed, and what it held is gone. A run may go on with another one from what is remembered elsewhere. */
export class DeviceFailure extends Error {
  override name = 'DeviceFailure';
  readonly kind: FailureKind;
  constructor(kind: FailureKind, reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** Why a device is of no use whose memory is full. */
export const FULL = 'its memory is full';

/**
 * An error as the failure of the device that a run is on: memory that is full on it alone is one, as the run may go on with another.
 * Undefined where it has to do with no device.
 */
export function deviceFailureOf(error: unknown): DeviceFailure | undefined {
  if (error instanceof DeviceFailure) return error;
  if (error instanceof AggregateError) return error.errors.map(deviceFailureOf).find((found) => found !== undefined);
  return error instanceof DeviceOutOfMemory ? new DeviceFailure('full', FULL) : undefined;
}
