import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { isInstalled, PEERS, versionOf } from '../peer_packages.ts';
import { Contender } from './contender.ts';

/** Who takes part: our own processes, and of the others those that this machine has. */

const OURS = join(import.meta.dirname, 'contenders');

export const cores = cpus().length;

/** A process of Node that runs one of `contenders/`. */
export const ours = (name: string, script: string, args: readonly string[] = [], flags: readonly string[] = []) =>
  new Contender(name, process.execPath, [...flags, join(OURS, script), ...args]);

/** A Python that has PyTorch, if there is one. */
const python = ['python3', '/usr/bin/python3'].find((command) => {
  try {
    execFileSync(command, ['-P', '-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** PyTorch chooses for itself which kernels fit this machine. */
const UNTUNED = { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined };

/** Its best of one thread and all: which it is depends on the size. */
function torch(): Contender[] {
  if (python === undefined) return [];
  const script = join(OURS, 'torch_steps.py');
  return [...new Set([1, cores])].map(
    (threads) =>
      new Contender(
        `PyTorch, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
        python,
        ['-P', script, `${threads}`],
        {
          ...UNTUNED,
          OMP_NUM_THREADS: `${threads}`,
        },
      ),
  );
}

const peers = [
  { name: 'jax-js', script: 'jax_wasm.mjs', package: '@jax-js/jax' },
  { name: 'tfjs-wasm', script: 'tfjs_wasm.mjs', package: '@tensorflow/tfjs-backend-wasm' },
];
const arePeersInstalled = peers.every((peer) => isInstalled(peer.package));

/** Whom a network's step is compared with. What a name begins with says who it is. */
export const peerNames: readonly string[] = ['PyTorch', ...peers.map(({ name }) => name)];

export const others = (): Contender[] => [
  ...torch(),
  ...(arePeersInstalled
    ? peers.map(({ name, script }) => new Contender(name, process.execPath, [join(PEERS, script)]))
    : []),
];

/** Sentences that name the machine and who takes part. */
export function describe(): readonly string[] {
  return [
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${cores} cores, Node ${process.version}`,
    python === undefined
      ? 'PyTorch is not compared: no python3 here can import torch.'
      : execFileSync(python, ['-P', join(OURS, 'torch_build.py')], {
          encoding: 'utf8',
          env: { ...process.env, ...UNTUNED },
          stdio: ['ignore', 'pipe', 'ignore'],
        }).trim(),
    arePeersInstalled
      ? peers.map((peer) => `${peer.name} ${versionOf(peer.package)}`).join(', ')
      : `${peers.map(({ name }) => name).join(' and ')} are not compared: npm --prefix test/bench/peers ci installs them.`,
  ];
}
