import type { Mode } from '../../../../engine/graph/document.ts';
import { median } from '../../median.ts';
import { workloads } from '../../workloads.ts';
import { growing } from '../growth.ts';
import { serve } from './serve.ts';
import { named, trained } from './training.ts';

/** A contender: trains, and answers with the median step. Its argument is the mode. */
const mode: Mode = process.argv[2] === 'static' ? 'static' : 'dynamic';
const all = [...workloads, ...growing.flatMap(({ points }) => points)];

await serve(async (name) => {
  const session = await trained(named(name, all), mode);
  return (seconds) => {
    const times: number[] = [];
    const end = performance.now() + 1000 * seconds;
    let last = performance.now();
    session.onStep = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
    };
    session.start();
    while (session.advance('iteration') && last <= end);
    session.pause();
    return 1000 * median(times);
  };
});
