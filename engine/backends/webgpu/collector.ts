import { type Arena, blockOf, type StoredArray } from '../arena.ts';
import type { NDArray } from '../backend.ts';
import { type Launch, Writer } from './launch.ts';
import type { DeviceLink } from './link.ts';

/** So many numbers are noted before they have to be read. */
const MOST = 1024;

/** Numbers that the device notes one after another, to be read together. */
export class Collector {
  readonly #link: DeviceLink;
  /** A word that counts them, and behind it the numbers. Held on to: what nobody knows of any more is given to others. */
  readonly #state: StoredArray;
  #count = 0;

  constructor(link: DeviceLink, arena: Arena) {
    this.#link = link;
    this.#state = arena.make([1 + MOST], 'i32');
    link.launch(this.#begin());
  }

  get #at(): number {
    return blockOf(this.#state).address;
  }
  get isFull(): boolean {
    return this.#count === MOST;
  }

  /** The launch that notes the element of an array of f32. */
  note(x: NDArray): Launch {
    const writer = new Writer();
    const at = writer.whole(this.#at);
    writer.line(`let count = memory[${at}] + 1u;`);
    writer.line(`memory[${at} + count] = memory[${writer.whole(blockOf(x).address)}];`);
    writer.line(`memory[${at}] = count;`);
    return writer.perElement(1);
  }
  /** It was launched. */
  noted(): void {
    this.#count++;
  }

  /** What was noted since this was asked last. */
  read(): Float32Array {
    const count = this.#count;
    if (count === 0) return new Float32Array(0);
    this.#count = 0;
    const words = this.#link.read([{ at: this.#at + 1, count }]);
    this.#link.launch(this.#begin());
    return new Float32Array(words.buffer);
  }

  #begin(): Launch {
    const writer = new Writer();
    writer.line(`memory[${writer.whole(this.#at)}] = 0u;`);
    return writer.perElement(1);
  }
}
