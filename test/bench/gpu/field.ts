import { join } from 'node:path';
import { isInstalled, PEERS, versionOf } from '../peer_packages.ts';

/** Who takes part: scripts that run in the page, by the names of their files there. */

const PAGE = join(import.meta.dirname, 'page');

interface Contender {
  readonly name: string;
  readonly script: string;
}
/** Gradloom's modes. */
export const own: readonly Contender[] = [
  { name: 'static', script: 'gradloom' },
  { name: 'dynamic', script: 'gradloom' },
];

const known = [
  { name: 'tfjs-webgpu', script: 'tfjs', file: 'tfjs_webgpu.mjs', package: '@tensorflow/tfjs-backend-webgpu' },
  { name: 'jax-js-webgpu', script: 'jax', file: 'jax_webgpu.mjs', package: '@jax-js/jax' },
];
const installed = known.filter((peer) => isInstalled(peer.package));
export const peers: readonly Contender[] = installed;

export const scripts: Readonly<Record<string, string>> = {
  gradloom: join(PAGE, 'gradloom.ts'),
  device: join(PAGE, 'device.ts'),
  ...Object.fromEntries(installed.map(({ script, file }) => [script, join(PEERS, file)])),
};

/** A sentence that names the peers. */
export const peersInWords =
  installed.length === known.length
    ? installed.map((peer) => `${peer.name} ${versionOf(peer.package)}`).join(', ')
    : 'Not all peers are compared: npm --prefix test/bench/peers ci installs them.';
