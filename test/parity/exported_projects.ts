import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { engineTarball } from '../../engine/pack/engine_tarball.ts';
import { exportedBy } from './exported.ts';

/** Puts the engine, as it is packed for projects, where those below the folder find it. */
export async function installEngine(folder: string): Promise<void> {
  for (const { header, data } of await unpackTar(gunzipSync(await engineTarball())))
    put(join(folder, header.name.replace(/^package/, 'node_modules/@gradloom/engine')), data ?? new Uint8Array());
}

export function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Writes a document's project into a folder, with the files of its data. */
export async function writeProject(document: GraphDocument, folder: string): Promise<ReadonlyMap<string, string>> {
  const { files, data } = await exportedBy(exportTypeScript, document);
  for (const [path, { text }] of files) put(join(folder, path), text);
  for (const [path, name] of data) put(join(folder, path), new Uint8Array(await nodeFiles('.').read(name)));
  return new Map([...files].map(([path, { text }]) => [path, text]));
}

/** Runs projects one after another in one process: to start one takes longer than most of them. */
const RUN = `
const lines = [];
console.log = (...said) => lines.push(said.map(String));
const results = [];
for (const url of JSON.parse(process.argv[1])) {
  await import(url);
  results.push(lines.splice(0));
}
process.stdout.write(JSON.stringify(results));
`;

/** The losses that projects print, each as text: what a number is to the bit. */
export function printedBy(folders: readonly string[]): string[][] {
  const urls = folders.map((folder) => new URL('src/train.js', `file://${folder}/`).href);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', RUN, JSON.stringify(urls)],
    { encoding: 'utf8', cwd: folders[0], maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(stderr);
  const results: readonly (readonly [step: string, loss: string])[][] = JSON.parse(stdout);
  return results.map((said) => said.map(([, loss]) => loss));
}
