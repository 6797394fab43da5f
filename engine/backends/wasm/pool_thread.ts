import { isKernel, type Kernel } from './library.ts';
import { CONTROL, JOB, KERNEL_NAMES, REGISTRY, REGISTRY_WORDS, takePart, workOf } from './pool_control.ts';

/**
 * Looks at the job this often, for about a tenth of a millisecond, before it goes to sleep: waking takes longer than most jobs do, and
 * between two of them in a step others are done by one thread.
 */
const SPINS = 100_000;

/** What a thread of the pool does until it is told to stop: waits for jobs in `memory` and takes parts of them. Never returns before. */
export function workInPool(memory: WebAssembly.Memory): void {
  const words = new Int32Array(memory.buffer);
  const kernels = new Map<number, Kernel>();
  const modules = new Map<number, WebAssembly.Exports>();

  const kernelOf = (id: number): Kernel => {
    const known = kernels.get(id);
    if (known !== undefined) return known;
    const at = REGISTRY + id * REGISTRY_WORDS;
    const [word = 0, length = 0, name = 0] = words.subarray(at, at + REGISTRY_WORDS);
    // Above 2 GB a word is a negative number.
    const address = word >>> 0;
    // Code is not compiled from shared memory: it might change meanwhile.
    const bytes = new Uint8Array(length);
    const exports = modules.get(address) ?? instantiate(memory, address, bytes);
    modules.set(address, exports);
    const found: unknown = exports[KERNEL_NAMES[name] ?? 'kernel'];
    if (!isKernel(found)) throw new Error('a thread was told of a kernel that is not there');
    kernels.set(id, found);
    return found;
  };

  let seen = 0;
  const own = 1 + Atomics.add(words, CONTROL.ready, 1);
  for (;;) {
    for (let spin = 0; spin < SPINS && Atomics.load(words, CONTROL.job) === seen; spin++);
    if (Atomics.load(words, CONTROL.job) === seen) {
      // Whoever brings a job looks whether somebody sleeps after it is there: either it sees this, or the wait is over at once.
      Atomics.add(words, CONTROL.sleeping, 1);
      Atomics.wait(words, CONTROL.job, seen);
      Atomics.sub(words, CONTROL.sleeping, 1);
    }
    seen = Atomics.load(words, CONTROL.job);
    if (Atomics.load(words, CONTROL.stop) !== 0) return;
    const work = workOf(seen);
    const id = Atomics.load(words, work + JOB.kernel);
    const block = Atomics.load(words, work + JOB.block);
    const parts = Atomics.load(words, work + JOB.parts);
    const shares = Atomics.load(words, work + JOB.shares);
    const then = Atomics.load(words, work + JOB.follower);
    const thenBlock = Atomics.load(words, work + JOB.followerBlock);
    const thenStride = Atomics.load(words, work + JOB.followerStride);
    // What was read may be of the job after the next otherwise.
    if (Atomics.load(words, CONTROL.job) !== seen) continue;
    let done = 0;
    for (let part = takePart(words, seen, parts, shares, own); part >= 0; done++) {
      try {
        kernelOf(id)(block, part);
        if (then > 0) kernelOf(then - 1)(thenBlock + part * thenStride, 0);
      } catch {
        // The part counts as done, or whoever waits for it would wait forever; that it is not, is told.
        Atomics.store(words, CONTROL.failed, 1);
      }
      part = takePart(words, seen, parts, shares, own);
    }
    if (done === 0) continue;
    Atomics.add(words, CONTROL.done, done);
    Atomics.notify(words, CONTROL.done);
  }
}

function instantiate(memory: WebAssembly.Memory, address: number, bytes: Uint8Array<ArrayBuffer>): WebAssembly.Exports {
  bytes.set(new Uint8Array(memory.buffer, address, bytes.length));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
