/** What became of one suite or check. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Names of what was skipped, each with its suite. */
  readonly skipped: readonly string[];
}

/** Suites that may skip: their machine may lack Electron's binary, a GPU adapter, PyTorch or Python's safetensors. */
const MAY_SKIP = /electron|gpu|exported|safetensors/i;

interface ReportedTest {
  readonly status: string;
  readonly fullName: string;
}
interface ReportedFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly ReportedTest[];
}

/**
 * Counts a report of vitest. A file that could not be loaded is a failure, a suite that ran nothing is one,
 * and so is a test that skips without leave.
 */
export function tally(name: string, files: readonly ReportedFile[]): Outcome {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const file of files) {
    const before = failed;
    // Folders above it have names, too.
    const place = file.name.replace(/^.*\/test\//, '');
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failed += 1;
      else {
        skipped.push(`${place}: ${test.fullName}`);
        if (!MAY_SKIP.test(place)) failed += 1;
      }
    }
    if (file.status === 'failed' && failed === before) failed += 1;
  }
  if (passed + failed === 0) failed = 1;
  return { name, passed, failed, skipped };
}

/** The last two lines of a run. */
export function closing(outcomes: readonly Outcome[]): readonly [string, string] {
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  return [
    skipped.length === 0 ? 'Skipped: nothing.' : `Skipped: ${skipped.join('; ')}.`,
    `${sum((outcome) => outcome.passed)} passed, ${sum((outcome) => outcome.failed)} failed`,
  ];
}
