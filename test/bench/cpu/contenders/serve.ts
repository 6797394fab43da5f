import { createInterface } from 'node:readline';
import { median } from '../../median.ts';

/** What a contender measures: microseconds, over so many seconds. */
export type Measure = (seconds: number) => number | Promise<number>;

/** The median time of `body`, in microseconds, over so many seconds. */
export const repeating =
  (body: () => void): Measure =>
  (seconds) => {
    const times: number[] = [];
    const end = performance.now() + 1000 * seconds;
    let last = performance.now();
    while (last < end) {
      body();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return 1000 * median(times);
  };

/**
 * Speaks the line protocol of the contenders: reads `name<TAB>seconds`, measures what is called so for so long, answers with
 * microseconds. `prepare` is asked once for each name.
 */
export async function serve(prepare: (name: string) => Measure | Promise<Measure>): Promise<void> {
  const known = new Map<string, Measure>();
  for await (const line of createInterface({ input: process.stdin })) {
    const [name = '', seconds = '1'] = line.split('\t');
    const measure = known.get(name) ?? (await prepare(name));
    known.set(name, measure);
    console.log(await measure(Number(seconds)));
  }
}
