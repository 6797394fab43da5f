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
