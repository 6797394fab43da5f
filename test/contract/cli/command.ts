import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { emptyDocument } from '../../../engine/graph/document.ts';

/** The command as a user starts it, and documents to give it. */

export const command = fileURLToPath(new URL('../../../engine/cli/gradloom.mjs', import.meta.url));

/** Where the command is started, and what a file of tests writes; gone after its last one. */
export const folder = mkdtempSync(join(tmpdir(), 'gradloom-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command with nothing but `more` beside this process's environment. */
export function gradloomWith(more: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, ...more },
  });
  return { status, stderr, stdout, lines: stdout.split('\n').filter((line) => line !== '') };
}
export const gradloom = (...args: string[]) => gradloomWith({}, ...args);

/** What makes permissions hold for a command: nothing, or for root a prefix; undefined where there is no such way. */
export const unprivileged = ((): readonly string[] | undefined => {
  if (process.getuid === undefined) return undefined;
  if (process.getuid() !== 0) return [];
  const dropping = ['setpriv', '--inh-caps=-all', '--bounding-set=-all'];
  return spawnSync('setpriv', [...dropping.slice(1), 'true']).status === 0 ? dropping : undefined;
})();

/** Writes a file of this name and tells its path. */
export function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

export type Node = readonly [id: string, kind: string, settings?: object];
export const document = (nodes: readonly Node[], wires: readonly (readonly [string, string])[], more: object = {}) => ({
  ...emptyDocument('bad'),
  nodes: nodes.map(([id, kind, settings]) => ({ id, kind, settings: settings ?? {} })),
  wires: wires.map(([from, to]) => ({ from, to })),
  ...more,
});

/** A layer that is to give back what it is given: nodes, and how they are wired. */
export const regression: readonly Node[] = [
  ['x', 'RandomTensor', { shape: [4, 3] }],
  ['linear1', 'Linear', { outFeatures: 3 }],
  ['loss', 'MSELoss'],
  ['sgd', 'SGD'],
];
export const wired = [
  ['x.output', 'linear1.input'],
  ['linear1.output', 'loss.input'],
  ['x.output', 'loss.target'],
  ['loss.loss', 'sgd.loss'],
] as const;
