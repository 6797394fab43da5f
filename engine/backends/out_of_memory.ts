/** There is no more memory: the arrays alive and the one asked for exceed what addresses reach, or what the machine has. */
export class OutOfMemory extends Error {
  override name = 'OutOfMemory';
  constructor(bytes: number, remedy = 'Free what is not needed any more (`steps` does), or take smaller batches.') {
    super(`Memory is full: ${(bytes / 2 ** 20).toFixed(0)} MB more do not fit. ${remedy}`);
  }
}

/** It is the memory of a device that is full: there may be more elsewhere. */
export class DeviceOutOfMemory extends OutOfMemory {
  override name = 'DeviceOutOfMemory';
  constructor(bytes: number) {
    super(
      bytes,
      'It is the GPU’s: free what is not needed any more (`steps` does), take smaller batches, or use the CPU.',
    );
  }
}

/** What engines say where ordinary memory is full, or an array is longer than any can be: V8, SpiderMonkey, JavaScriptCore. */
const ENGINES_WORDS = /allocat|array length|array size|out of memory/i;

/** Was it thrown because memory is full, by a backend or by JavaScript itself? Of several errors, one of them. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutOfMemory);
  return error instanceof OutOfMemory || (error instanceof RangeError && ENGINES_WORDS.test(error.message));
}
