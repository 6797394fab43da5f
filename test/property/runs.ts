/** One seed for all random cases, so that a failure is one that can be looked at again. */
const SEED = 20260101;

/** What `fc.assert` runs: `sample` cases in `npm test`, `full` under `npm run test:soak`; the same ones every time. */
export const runs = (sample: number, full: number) => ({
  seed: SEED,
  numRuns: process.env.GRADLOOM_SOAK === undefined ? sample : full,
});
