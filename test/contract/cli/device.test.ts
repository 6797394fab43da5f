import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REVECTORIZE } from '../../../engine/cli/flags.ts';
import { lookForGpu } from '../../../engine/session/device.ts';
import { startGpuThread } from '../../../engine/threads/start.ts';
import { worthAGpu } from '../../large_product.ts';
import { disguisedGpu } from '../../runner/disguised_gpu/disguised_gpu.ts';
import { command, file, folder, gradloom, gradloomWith } from './command.ts';

describe('the device', () => {
  // Where drivers are named otherwise, there is no way to hide them.
  it.skipIf(process.platform !== 'linux')('without a GPU says so, and the CPU trains', () => {
    const train = ['train', 'xor', '--steps', '3'];
    const withoutDriver = (...given: string[]) =>
      gradloomWith({ VK_DRIVER_FILES: join(folder, 'no-driver.json') }, ...given, '--device', 'webgpu');
    const run = withoutDriver(...train);
    expect(run.stderr).toMatch(/^warning\[no-gpu\]: There is no WebGPU here \(.+\): the CPU trains instead$/m);
    expect(run.status).toBe(0);
    const lossesIn = (text: string) => text.split('\n').filter((line) => line.startsWith('step '));
    expect(lossesIn(run.stdout)).toEqual(lossesIn(gradloom(...train).stdout));
    const [first = '', second = ''] = withoutDriver(...train, '--json').stdout.split('\n');
    expect(JSON.parse(first)).toMatchObject({ step: 0, device: 'cpu', problem: { code: 'no-gpu' } });
    expect(Object.keys(JSON.parse(second))).toEqual(['step', 'loss']);
    // Nobody is to take the CPU's comparison for that of the GPU.
    const compared = withoutDriver('step', 'autograd', '--compare');
    expect(compared.stdout).toMatch(/^CPU · .* The GPU that was asked for was not checked\.$/m);
    expect(compared.status).toBe(1);
    const all = withoutDriver('step', 'autograd', '--compare', '--json').stdout.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(all)).toMatchObject({ device: 'cpu', isWithin: true, problem: { code: 'no-gpu' } });
  });

  it('is a real GPU, if there is one, for a network that gains from it, without being asked for', ({ skip }) => {
    const environment = disguisedGpu(folder);
    if (environment === undefined) return skip();
    const large = file('large.gradloom.json', worthAGpu(1));
    const found = gradloomWith(environment, 'train', large, '--json').lines.map((line) => JSON.parse(line));
    expect(found[0]).toMatchObject({
      device: 'webgpu',
      adapter: expect.stringMatching(/^Disguised GPU/),
      isSoftware: false,
    });
    const wanted = gradloom('train', large, '--json', '--device', 'cpu').lines.map((line) => JSON.parse(line));
    expect(found).toHaveLength(wanted.length);
    for (const [i, { loss }] of wanted.entries()) expect(Math.abs(found[i].loss - loss)).toBeLessThan(1e-3);
    // A small one is left to the CPU, and so is a large one where the only GPU is the CPU itself.
    expect(JSON.parse(gradloomWith(environment, 'train', 'xor', '--steps', '1', '--json').stdout)).toMatchObject({
      device: 'cpu',
    });
    expect(JSON.parse(gradloom('train', large, '--steps', '1', '--json').stdout)).toMatchObject({ device: 'cpu' });
  });

  it('is told with the first of the losses', async () => {
    const on = (device: string) => {
      const { lines } = gradloom('train', 'xor', '--steps', '3', '--json', '--device', device);
      const [first, ...others] = lines.map((line) => JSON.parse(line));
      expect(others.map((object) => Object.keys(object))).toEqual([
        ['step', 'loss'],
        ['step', 'loss'],
      ]);
      return first;
    };
    const cpu = { device: 'cpu', simd: expect.stringMatching(/^(none|plain|relaxed)$/), threads: expect.any(Number) };
    expect(on('cpu')).toEqual({ step: 0, loss: expect.any(Number), ...cpu });
    const gpu = { device: 'webgpu', adapter: expect.any(String), isSoftware: expect.any(Boolean) };
    // Where this machine has none, another test says what is told.
    const hasGpu = 'adapter' in (await lookForGpu({ startGpu: startGpuThread }));
    expect(on('webgpu')).toMatchObject(hasGpu ? gpu : cpu);
  });

  it('sets the flag of V8 that makes products faster, unless the environment leaves it out', () => {
    const listening = `
      import v8 from 'node:v8'; import { syncBuiltinESMExports } from 'node:module';
      v8.setFlagsFromString = (flag) => console.log(flag); syncBuiltinESMExports();`;
    const flags = (environment: NodeJS.ProcessEnv) => {
      const run = ['--import', `data:text/javascript,${encodeURIComponent(listening)}`, command, 'examples'];
      const { stdout } = spawnSync(process.execPath, run, {
        encoding: 'utf8',
        env: { ...process.env, GRADLOOM_REVECTORIZE: undefined, ...environment },
      });
      return stdout.split('\n').filter((line) => line.startsWith('--'));
    };
    expect(flags({})).toEqual([REVECTORIZE]);
    expect(flags({ GRADLOOM_REVECTORIZE: '0' })).toEqual([]);
  });
});
