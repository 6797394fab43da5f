import { describe, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { cycles, importsOf, offence } from '../runner/layers.ts';

/** The sentences about the imports of a made-up file. */
const told = (file: string, source: string) => importsOf(file, source).map((found) => offence(found));
const allowed = (file: string, source: string) => told(file, source).every((line) => line === undefined);

describe('layers', () => {
  test('imports run downwards', () => {
    expect(
      allowed('engine/program/run.ts', "import { x } from '../ops/op.ts'; import y from '../graph/check.ts';"),
    ).toBe(true);
    expect(told('engine/ops/relu.ts', "import { Session } from '../session/session.ts';")).toEqual([
      'engine/ops/relu.ts: engine/ops/ must not import engine/session/session.ts',
    ]);
  });

  test('what describes never computes', () => {
    expect(allowed('engine/nodes/kinds/linear.ts', "import { x } from '../../tensor/shape.ts';")).toBe(true);
    expect(allowed('engine/graph/check.ts', "import { x } from '../backends/reference/index.ts';")).toBe(false);
    expect(allowed('renderer/canvas/Flow.tsx', "import { x } from '../../engine/session/session.ts';")).toBe(false);
    expect(allowed('renderer/host/browser.ts', "export * from '../../engine/protocol/server.ts';")).toBe(false);
  });

  test('operations see backends as types only', () => {
    expect(allowed('engine/ops/relu.ts', "import type { Backend } from '../backends/backend.ts';")).toBe(true);
    expect(allowed('engine/ops/relu.ts', "import { type A, b } from '../backends/backend.ts';")).toBe(false);
  });

  test('rules of the shell import nothing but each other', () => {
    expect(allowed('electron/policy/paths.ts', "import { readFile } from 'node:fs';")).toBe(false);
    expect(allowed('electron/policy/paths.ts', "import { x } from './calls.ts';")).toBe(true);
  });

  test('re-exports and imports on demand count too, also in TSX', () => {
    expect(allowed('renderer/app/App.tsx', "const a = <b>c</b>; const l = import('../../electron/main.ts');")).toBe(
      false,
    );
    expect(allowed('engine/tensor/shape.ts', "export { x } from '../nn/linear.ts';")).toBe(false);
  });

  test('a circle is told once, and not when types alone close it', () => {
    const circle = [
      ...importsOf('engine/nn/a.ts', "import { b } from './b.ts';"),
      ...importsOf('engine/nn/b.ts', "import { a } from './a.ts';"),
    ];
    expect(cycles(circle)).toEqual(['cycle: engine/nn/a.ts → engine/nn/b.ts → engine/nn/a.ts']);
    expect(cycles(circle.map((found) => ({ ...found, typeOnly: true })))).toEqual([]);
  });

  test('the checker reads this repository', async () => {
    const { collectImports } = await import('../runner/layers.ts');
    const files = new Set((await collectImports(ROOT)).map((found) => found.from));
    for (const file of ['engine/protocol/client.ts', 'renderer/app/main.tsx', 'electron/main.ts'])
      expect(files).toContain(file);
  });
});
