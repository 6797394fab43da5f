import { createInterface } from 'node:readline';

/** How long steps may follow each other before the event loop gets a turn, outside of what is measured. */
const TURN_MS = 10;

/**
 * Speaks the line protocol of the contenders: reads `name<TAB>seconds`, trains for so long, answers with the median step in
 * microseconds. `prepare(name)` gives the function that does one step; it ends with the loss as a number, as in PyTorch's loop.
 */
export async function serve(prepare) {
  const steps = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, seconds] = line.split('\t');
    const step = steps.get(name) ?? prepare(name);
    steps.set(name, step);
    const times = [];
    const end = performance.now() + 1000 * Number(seconds);
    let last = performance.now();
    let turn = last;
    let loss = 0;
    while (last < end) {
      loss = step();
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (now - turn < TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
      turn = last;
    }
    if (!Number.isFinite(loss)) throw new Error(`${name} does not train: its loss is ${loss}`);
    times.sort((a, b) => a - b);
    console.log(1000 * times[times.length >> 1]);
  }
}
