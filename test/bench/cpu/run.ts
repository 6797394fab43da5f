import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { REVECTORIZE } from '../../../engine/cli/flags.ts';
import { Contender } from './contender.ts';
import { workloads } from './workloads.ts';

/**
 * `npm run bench`: how long a step takes, beside what its users would run otherwise. Contenders are processes that take turns, so
 * that all of them have the machine in the same moods; what is compared are medians over the rounds of one run.
 */

const here = import.meta.dirname;
const ROUNDS = 5;
const SECONDS = 0.7;

/** A Python that has PyTorch. */
function python(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((command) => {
    try {
      execFileSync(command, ['-P', '-c', 'import torch'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const gradloom = (mode: string) =>
  new Contender(`Gradloom ${mode}`, process.execPath, [REVECTORIZE, join(here, 'gradloom.ts'), mode]);

/** Its best of one thread and all: which it is depends on the size. */
function torch(): Contender[] {
  const command = python();
  if (command === undefined) {
    console.error('PyTorch is not compared: no python3 here can import torch.');
    return [];
  }
  const script = join(here, 'torch_steps.py');
  return [
    new Contender('PyTorch, 1 thread', command, ['-P', script, '1'], { OMP_NUM_THREADS: '1' }),
    ...(cpus().length > 1 ? [new Contender('PyTorch, all threads', command, ['-P', script])] : []),
  ];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const ours = [gradloom('dynamic'), gradloom('static')];
const peers = torch();
const rows: {
  workload: string;
  ours: number;
  peer: string;
  theirs: number;
  ratio: number;
  bound: number | undefined;
}[] = [];
const json = process.argv.includes('--json');
if (!json) console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}\n`);

for (const { name, bounds } of workloads) {
  const all = [...ours, ...peers];
  for (const contender of all) await contender.step(name, SECONDS);
  const times = new Map(all.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const contender of all) times.get(contender)?.push(await contender.step(name, SECONDS));
  const medians = new Map(all.map((contender) => [contender.name, median(times.get(contender) ?? [])]));
  const best = (prefix: string) =>
    Math.min(...[...medians].flatMap(([who, time]) => (who.startsWith(prefix) ? [time] : [])));
  const own = best('Gradloom');
  if (!json) {
    console.log(name);
    for (const [who, time] of medians) console.log(`  ${who.padEnd(22)} ${time.toFixed(0).padStart(7)} µs`);
  }
  for (const peer of ['PyTorch', 'jax-js', 'tfjs-wasm']) {
    const theirs = best(peer);
    if (!Number.isFinite(theirs)) continue;
    const ratio = own / theirs;
    const bound = bounds[peer];
    rows.push({ workload: name, ours: own, peer, theirs, ratio, bound });
    if (json)
      console.log(
        JSON.stringify({ workload: name, ours: own, peer, theirs, ratio, ...(bound === undefined ? {} : { bound }) }),
      );
    else console.log(`  ${ratio.toFixed(3)} × ${peer}${bound === undefined ? '' : ` (to reach: ${bound})`}`);
  }
}
for (const contender of [...ours, ...peers]) contender.close();
