import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasDisplay } from '../../electron/launch/browser.ts';
import { electronBinary } from '../../electron/launch/electron.ts';
import { ELECTRON_OUT, ROOT } from '../../electron/launch/places.ts';

const binary = electronBinary();
const startable = binary !== undefined && hasDisplay(process.platform, process.env);
if (!startable) {
  console.warn(
    `SKIPPING the start of Electron: ${binary ? 'there is no display' : 'its binary is not in node_modules/electron'}.`,
  );
}

describe('the desktop shell as built', () => {
  test('the preload is one CommonJS file that requires Electron and nothing else', () => {
    const source = readFileSync(join(ELECTRON_OUT, 'preload.cjs'), 'utf8');
    expect(source).not.toMatch(/^\s*import\s/m);
    expect([...source.matchAll(/require\(["']([^"']+)["']\)/g)].map((match) => match[1])).toEqual(['electron']);
  });

  test('main carries its dependencies, so that the package needs no node_modules', () => {
    const source = readFileSync(join(ELECTRON_OUT, 'main.js'), 'utf8');
    const imported = [...source.matchAll(/^import .*from ["']([^"']+)["']/gm)].map((match) => match[1] ?? '');
    expect(imported.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([]);
  });

  test('the package forbids running as Node, inspecting and loading from outside its archive', () => {
    const config = readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8');
    for (const fuse of [
      'runAsNode: false',
      'enableNodeOptionsEnvironmentVariable: false',
      'enableNodeCliInspectArguments: false',
      'enableEmbeddedAsarIntegrityValidation: true',
      'onlyLoadAppFromAsar: true',
    ]) {
      expect(config).toContain(fuse);
    }
  });
});

describe('Electron itself', () => {
  test.skipIf(!startable)(
    'passes its self-test: three processes, isolation, a training, a save, and life after the engine dies',
    () => {
      const run = spawnSync(binary ?? '', [ROOT, '--self-test'], { encoding: 'utf8', timeout: 120_000 });
      const report: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}');
      expect(report).toMatchObject({ passed: true });
    },
    130_000,
  );
});
