import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package that holds the peers besides PyTorch, and what is installed of it. */
export const PEERS = join(import.meta.dirname, 'peers');

export const isInstalled = (name: string): boolean => existsSync(join(PEERS, 'node_modules', name));

export function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PEERS, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('dependencies' in manifest)) return 'unknown';
  return String(Object.entries(manifest.dependencies ?? {}).find(([key]) => key === name)?.[1]);
}
