import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../electron/launch/places.ts';
import { provideChromium } from './chromium.ts';
import { checkLayers } from './layers.ts';
import { closing, type Outcome, tally } from './tally.ts';
import { provideVulkan } from './vulkan.ts';

const soak = process.argv.includes('--soak');
const environment: NodeJS.ProcessEnv = { ...process.env, GRADLOOM_BUILT: '1', ...(soak ? { GRADLOOM_SOAK: '1' } : {}) };

const tool = (...path: string[]) => join(ROOT, 'node_modules', ...path);

/** The program's exit code; its output goes to the terminal. */
function node(...parameters: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, { cwd: ROOT, stdio: 'inherit', env: environment });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Checks that pass or fail as a whole: zero is a pass. */
const CHECKS: readonly (readonly [string, () => Promise<number>])[] = [
  ['generated files are current', () => node('engine/generate.ts', '--check')],
  ['format and lint', () => node(tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '.')],
  ['types', () => node(tool('typescript', 'bin', 'tsc'), '-p', '.')],
  [
    'layers',
    async () => {
      const lines = await checkLayers(ROOT);
      for (const line of lines) console.error(line);
      return lines.length;
    },
  ],
  ['unused files, exports and dependencies', () => node(tool('knip', 'bin', 'knip.js'))],
  ['build', () => node('electron/launch/build.ts')],
];

async function check(name: string, work: () => Promise<number>): Promise<Outcome> {
  const started = performance.now();
  const ok = (await work()) === 0;
  console.log(`${ok ? 'pass' : 'FAIL'}  ${name}  (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
}

/** Runs one project of vitest.config.ts and counts its tests; `flags` are V8's. */
async function suite(project: string, folder: string, flags = ''): Promise<Outcome> {
  const name = `${project} ${flags}`.trim();
  environment.GRADLOOM_V8_FLAGS = flags || undefined;
  console.log(`\n— ${name}`);
  const report = join(folder, `${name}.json`);
  const code = await node(
    tool('vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  );
  const text = await readFile(report, 'utf8').catch(() => '{}');
  const parsed: { testResults?: Parameters<typeof tally>[1] } = JSON.parse(text);
  const outcome = tally(name, parsed.testResults ?? []);
  // An error outside every test, such as a rejection nobody handled, shows only in the exit code.
  return code !== 0 && outcome.failed === 0 ? { ...outcome, failed: 1 } : outcome;
}

const outcomes: Outcome[] = [];
for (const [name, work] of CHECKS) outcomes.push(await check(name, work));

const folder = await mkdtemp(join(tmpdir(), 'gradloom-test-'));
// A GPU that the CPU computes comes with Chromium.
const browser = provideChromium();
if (browser) environment.CHROME_PATH = browser;
provideVulkan();
for (const name of ['unit', 'property', 'contract', 'parity', 'security']) outcomes.push(await suite(name, folder));
if (soak) outcomes.push(await suite('parity', folder, '--experimental-wasm-revectorize'));
outcomes.push(await suite('e2e', folder));
await rm(folder, { recursive: true });

console.log('');
for (const { name, passed, failed, skipped } of outcomes) {
  console.log(
    `${failed > 0 ? 'FAIL' : 'pass'}  ${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  );
}
const lines = closing(outcomes);
for (const line of lines) console.log(line);
process.exitCode = outcomes.some((outcome) => outcome.failed > 0) ? 1 : 0;
