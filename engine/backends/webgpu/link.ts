import { LONGEST_BACKLOG } from '../backend.ts';
import { DeviceFailure } from '../device_failure.ts';
import { ABSENCE } from './absence.ts';
import { type Launch, TOLD_WORDS } from './launch.ts';
import {
  type Adapter,
  ANSWER,
  type Objection,
  PLAY,
  REPLY,
  REPLY_BYTES,
  type Reading,
  type Stretch,
  type Tape,
  type ToDevice,
} from './messages.ts';

/** A thread that owns a device: it hears, and answers in the memory that it was given. */
export interface DeviceThread {
  post(message: ToDevice): void;
  end(): void;
}

/** What was asked of a device so far: launches, pieces of work that were sent, words that were read; and what it holds. */
export interface Counts {
  launches: number;
  sends: number;
  wordsRead: number;
  /** Words of memory that arrays reach to. */
  reach: number;
  /** Tapes that may be played. */
  tapes: number;
}

/** After so long without an answer, in milliseconds, a device is taken for lost; one that the CPU imitates may take its time. */
const PATIENCE = { real: 30_000, software: 600_000 } as const;
/** Launches that are gathered before they are sent. */
const MOST_LAUNCHES = 512;
/** A step that is over is sent as soon as what was gathered takes so long, in milliseconds: the device need not wait for more. */
const ENOUGH = 4;
/** A device that has not opened after so long never will, and how often one looks. */
const PATIENCE_TO_OPEN = 15_000;
const LOOKS_EVERY = 4;
/** Words brought along with one piece of work. */
export const MOST_BROUGHT = 2 ** 22;
/** Words that there is room for at first. */
const USUALLY_BROUGHT = 2 ** 12;

/**
 * The way to a device in another thread. Launches are gathered and sent on together; whoever reads waits until the device has
 * answered, as the engine computes at once wherever it looks.
 */
export class DeviceLink {
  readonly #thread: DeviceThread;
  readonly #reply = new SharedArrayBuffer(REPLY_BYTES);
  readonly #words = new Int32Array(this.#reply);
  readonly #kernels = new Map<string, number>();
  #sources: string[] = [];
  #launches: number[] = [];
  #tapes: Tape[] = [];
  #forgotten: number[] = [];
  /** How many launches each tape has. */
  readonly #lengths: number[] = [];
  /** Launches since the last piece of work was sent. */
  #waiting = 0;
  #told = new Uint32Array(MOST_LAUNCHES * TOLD_WORDS);
  #count = 0;
  #brought = new Uint32Array(USUALLY_BROUGHT);
  #broughtCount = 0;
  #into = new SharedArrayBuffer(4);
  /** Launches that nobody has waited for, since when, and how long one took when somebody did. */
  #unawaited = 0;
  #since = 0;
  #each = 0;
  #patience: number = PATIENCE.real;
  readonly counts: Counts = { launches: 0, sends: 0, wordsRead: 0, reach: 0, tapes: 0 };

  private constructor(thread: DeviceThread) {
    this.#thread = thread;
  }

  /** Opens the device. @throws DeviceFailure where there is none */
  static open(thread: DeviceThread): { readonly link: DeviceLink; readonly adapter: Adapter } {
    const link = new DeviceLink(thread);
    thread.post({ kind: 'open', reply: link.#reply });
    return { link, adapter: link.#opened() };
  }

  /** The same; meanwhile the calling thread does other things. @throws DeviceFailure where there is none */
  static async openLater(thread: DeviceThread): Promise<ReturnType<typeof DeviceLink.open>> {
    const link = new DeviceLink(thread);
    thread.post({ kind: 'open', reply: link.#reply });
    const latest = performance.now() + PATIENCE_TO_OPEN;
    while (Atomics.load(link.#words, REPLY.state) === ANSWER.none) {
      if (performance.now() > latest) throw new DeviceFailure('silent', ABSENCE.silence);
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY));
    }
    return { link, adapter: link.#opened() };
  }

  #opened(): Adapter {
    const adapter = this.#wait(ANSWER.ready) as Adapter;
    this.#patience = adapter.isSoftware ? PATIENCE.software : PATIENCE.real;
    return adapter;
  }

  launch({ source, words, groups }: Launch): void {
    if (groups[0] * groups[1] * groups[2] === 0) return;
    this.#told.set(words, this.#count * TOLD_WORDS);
    this.#launches.push(this.#kernelOf(source), ...groups);
    this.#count++;
    this.#launched(1);
  }

  /** Leaves launches with the device, to be played; how they are known. */
  define(launches: readonly Launch[]): number {
    const some = launches.filter(({ groups: [x, y, z] }) => x * y * z > 0);
    const told = new Uint32Array(some.length * TOLD_WORDS);
    for (const [n, { words }] of some.entries()) told.set(words, n * TOLD_WORDS);
    const id = this.#lengths.push(some.length) - 1;
    this.counts.tapes++;
    this.#tapes.push({
      id,
      launches: Uint32Array.from(some.flatMap(({ source, groups }) => [this.#kernelOf(source), ...groups])),
      told,
    });
    return id;
  }
  /** Does the launches of a tape. */
  play(id: number): void {
    const length = this.#lengths[id] ?? 0;
    if (length === 0) return;
    this.#launches.push(PLAY, id, 0, 0);
    this.#launched(length);
  }
  /** A step is over: it is sent, or goes with the next ones where it takes no time. */
  stepped(): void {
    // Where that is too much to go on it will be waited for, and goes with what asks for it.
    if (this.#waiting * this.#each > ENOUGH && this.backlog <= LONGEST_BACKLOG) this.send();
  }
  /** Nobody will play it any more. */
  forget(id: number): void {
    this.#forgotten.push(id);
    this.counts.tapes--;
  }

  /** Brings words along; where they begin. */
  bring(words: ArrayLike<number>): number {
    if (this.#broughtCount + words.length > MOST_BROUGHT) this.send();
    const at = this.#broughtCount;
    const count = at + words.length;
    if (count > this.#brought.length) {
      const larger = new Uint32Array(Math.max(count, 2 * this.#brought.length));
      larger.set(this.#brought.subarray(0, at));
      this.#brought = larger;
    }
    this.#brought.set(words, at);
    this.#broughtCount = count;
    return at;
  }

  /** Sends on what was gathered. */
  send(read?: Reading): void {
    if (this.#waiting === 0 && read === undefined) return;
    this.counts.sends++;
    this.#thread.post({
      kind: 'work',
      sources: this.#sources,
      tapes: this.#tapes,
      forgotten: this.#forgotten,
      launches: Uint32Array.from(this.#launches),
      told: this.#told.slice(0, this.#count * TOLD_WORDS),
      brought: this.#brought.slice(0, this.#broughtCount),
      reach: this.counts.reach,
      ...(read === undefined ? {} : { read }),
    });
    this.#sources = [];
    this.#tapes = [];
    this.#forgotten = [];
    this.#launches = [];
    this.#count = 0;
    this.#waiting = 0;
    this.#broughtCount = 0;
    // What a data set took is not held on to.
    if (this.#brought.length > USUALLY_BROUGHT) this.#brought = new Uint32Array(USUALLY_BROUGHT);
  }

  /** Words, one stretch after the other, when all that was asked for is done. @throws DeviceFailure */
  read(stretches: readonly Stretch[]): Uint32Array {
    const count = stretches.reduce((sum, one) => sum + one.count, 0);
    if (this.#into.byteLength < 4 * count) this.#into = new SharedArrayBuffer(4 * count);
    Atomics.store(this.#words, REPLY.state, ANSWER.none);
    this.send({ stretches, into: this.#into });
    this.counts.wordsRead += count;
    this.#wait(ANSWER.done);
    if (this.#unawaited > 0) this.#each = (performance.now() - this.#since) / this.#unawaited;
    this.#unawaited = 0;
    return new Uint32Array(this.#into, 0, count).slice();
  }

  /** Ends the device, as a driver may. */
  destroy(): void {
    this.#thread.post({ kind: 'destroy' });
  }

  /** How long the device will be at what nobody has waited for, in milliseconds, as it was with what came before. */
  get backlog(): number {
    return this.#unawaited * this.#each;
  }

  /** The thread ends when it is through with what it was asked for: it is not ended in the middle of that, which Dawn would not survive. */
  close(): void {
    this.#thread.post({ kind: 'close' });
  }

  #launched(count: number): void {
    this.counts.launches += count;
    this.#waiting += count;
    if (this.#unawaited === 0) this.#since = performance.now();
    this.#unawaited += count;
    if (this.#waiting >= MOST_LAUNCHES) this.send();
  }

  #kernelOf(source: string): number {
    const known = this.#kernels.get(source);
    if (known !== undefined) return known;
    const kernel = this.#kernels.size;
    this.#kernels.set(source, kernel);
    this.#sources.push(source);
    return kernel;
  }

  /** Waits for an answer, and gives what it tells. @throws DeviceFailure */
  #wait(expected: number): unknown {
    while (Atomics.load(this.#words, REPLY.state) === ANSWER.none)
      if (Atomics.wait(this.#words, REPLY.state, ANSWER.none, this.#patience) === 'timed-out')
        throw new DeviceFailure('silent', ABSENCE.silence);
    const from = 4 * REPLY.text;
    // Text is not decoded from shared memory: it might change meanwhile.
    const bytes = new Uint8Array(this.#reply, from, this.#words[REPLY.length] ?? 0).slice();
    const text = new TextDecoder().decode(bytes);
    const found: unknown = JSON.parse(text === '' ? 'null' : text);
    if (Atomics.load(this.#words, REPLY.state) === expected) return found;
    const { kind, reason } = found as Objection;
    throw new DeviceFailure(kind, reason);
  }
}
