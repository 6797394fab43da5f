import type { NDArray } from '../backend.ts';
import { type Arena, blockOf } from '../reference/arena.ts';
import { type Launch, puts, Writer } from './launch.ts';
import type { Launcher } from './launcher.ts';
import type { DeviceLink } from './link.ts';

/** So many numbers are noted before they have to be read. */
export const MOST_COLLECTED = 1024;
/** Words before the numbers: whether all of them are finite so far, and how many they are. */
const STATE = { isSound: 0, count: 1, numbers: 2 } as const;

/** Numbers that the device notes one after another, to be read together. From the first that is not finite on nothing is updated. */
export class Collector {
  readonly #link: DeviceLink;
  readonly #at: number;
  #count = 0;

  constructor(link: DeviceLink, arena: Arena, launcher: Launcher) {
    this.#link = link;
    const state = arena.make([STATE.numbers + MOST_COLLECTED], 'i32');
    this.#at = blockOf(state).address;
    launcher.send({ reads: [], writes: [state], launches: () => [this.#begin()] });
  }

  /** The word that is 0 from the first number on that is not finite. */
  get guard(): number {
    return this.#at + STATE.isSound;
  }
  /** How many have been noted and not read yet. */
  get count(): number {
    return this.#count;
  }

  /** The launch that notes the element of an array of f32. */
  note(x: NDArray): Launch {
    const writer = new Writer();
    const at = writer.whole(this.#at);
    writer.line(`let word = memory[${writer.whole(blockOf(x).address)}];`);
    writer.line(`let count = memory[${at} + ${STATE.count}u];`);
    writer.line(`memory[${at} + ${STATE.numbers}u + count] = word;`);
    writer.line(`memory[${at} + ${STATE.count}u] = count + 1u;`);
    writer.line(`if (!is_finite(bitcast<f32>(word))) { memory[${at} + ${STATE.isSound}u] = 0u; }`);
    return writer.perElement(1);
  }
  /** It was launched. */
  noted(): void {
    this.#count++;
  }

  /** What was noted since this was asked last. Updates are done again. */
  read(): Float32Array {
    const count = this.#count;
    if (count === 0) return new Float32Array(0);
    this.#count = 0;
    const words = this.#link.read(this.#at + STATE.numbers, count);
    this.#link.launch(this.#begin());
    return new Float32Array(words.buffer);
  }

  #begin(): Launch {
    const writer = new Writer();
    writer.finish('i32', puts({ at: this.#at, dtype: 'i32' }, 'i32'));
    writer.line(`finish(i, select(0, 1, i == ${STATE.isSound}u));`);
    return writer.perElement(STATE.numbers);
  }
}
