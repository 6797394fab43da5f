#!/usr/bin/env node
// Plain JavaScript, so that it can say what is missing on whatever Node started it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIRED = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= REQUIRED) {
  await import('./main.ts');
} else {
  const node = installedNode();
  if (node === undefined) {
    console.error(
      `Gradloom needs Node ${REQUIRED}, and this is ${process.versions.node}. Run \`npm ci\`, which installs it.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [join(here, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child decides how to end; it takes an interrupt twice (from the terminal too) as one.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  // As shells tell it: 128 and the number of the signal.
  child.on('exit', (status, signal) => process.exit(status ?? 128 + (constants.signals[signal] ?? 0)));
}

/** The Node of the npm package `node`, in the nearest node_modules. */
function installedNode() {
  for (let folder = here; ; folder = dirname(folder)) {
    for (const name of ['node_modules/node/bin/node', 'node_modules/node/bin/node.exe'])
      if (existsSync(join(folder, name))) return join(folder, name);
    if (dirname(folder) === folder) return undefined;
  }
}
