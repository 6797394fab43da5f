import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { median } from '../median.ts';

/**
 * glibc gives large blocks back to the system and takes them anew. Where faults of pages are dear, as in virtual machines, this costs
 * an eager step more than its arithmetic; all contenders keep what they have freed instead.
 */
const KEEP_MEMORY = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '4000000000' };

/** A process that does what it is told to, for as long as it is told, and says how long one time takes. */
export class Contender {
  readonly name: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...KEEP_MEMORY, ...env },
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The median time of a workload, in microseconds. */
  async measure(workload: string, seconds: number): Promise<number> {
    this.#process.stdin.write(`${workload}\t${seconds}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.name} ended in the middle of ${workload}`);
    return Number(value);
  }

  close(): void {
    this.#process.kill();
  }
}

export interface Turn {
  readonly contender: Contender;
  readonly workload: string;
}
export interface Pace {
  readonly rounds: number;
  /** Of each turn. */
  readonly seconds: number;
}

/** All turns again and again, so that all of them have the machine in the same moods; the medians over the rounds, after one to warm up. */
export async function inTurns(turns: readonly Turn[], { rounds, seconds }: Pace): Promise<readonly number[]> {
  const times = turns.map((): number[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [i, { contender, workload }] of turns.entries()) {
      const time = await contender.measure(workload, seconds);
      if (round >= 0) times[i]?.push(time);
    }
  return times.map(median);
}
