/** Plain JavaScript on purpose: it runs on whatever Node ≥ 20 started npm, and finds the Node 24 that `npm ci` installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const major = Number(process.versions.node.split('.')[0]);

/** Runs a TypeScript file of this repository in Node 24: here if this is one, else in a child with the same arguments. */
export async function runInNode24(file) {
  const script = join(root, file);
  if (major >= 24) {
    await import(pathToFileURL(script).href);
    return;
  }
  const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    console.error(
      `Gradloom needs Node 24, this is ${process.versions.node}. Run "npm ci" in ${root}: it brings a Node 24 of its own.`,
    );
    process.exit(1);
  }
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
  const child = spawn(node, [script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
