import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../../engine/tensor/safetensors/encode.ts';
import { command, folder, gradloom } from './command.ts';

describe('weights', () => {
  it('saves the final weights as safetensors, under the names of a state_dict', () => {
    const path = join(folder, 'weights.safetensors');
    const { status, stderr } = gradloom('train', 'nn-sequential', '--steps', '1', '--seed', '3', '--save', path);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const weights = decodeSafetensors(readFileSync(path));
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([
      ['model.linear1.weight', expect.any(Array)],
      ['model.linear1.bias', expect.any(Array)],
      ['model.linear2.weight', expect.any(Array)],
      ['model.linear2.bias', expect.any(Array)],
    ]);
    for (const { shape, values } of weights.values()) {
      expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1));
      expect(values.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    }
    // Training changes what is saved, and the same run saves the same bytes.
    const again = join(folder, 'again.safetensors');
    gradloom('train', 'nn-sequential', '--steps', '1', '--seed', '3', '--save', again);
    expect(readFileSync(again)).toEqual(readFileSync(path));
    gradloom('train', 'nn-sequential', '--steps', '2', '--seed', '3', '--save', again);
    expect(readFileSync(again)).not.toEqual(readFileSync(path));
  });

  it('saves the weights after an interruption too', async () => {
    const path = join(folder, 'interrupted.safetensors');
    const child = spawn(process.execPath, [command, 'train', 'xor', '--steps', '1000000', '--json', '--save', path]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.resume();
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    expect([...decodeSafetensors(readFileSync(path)).keys()]).toEqual([
      'hidden.weight',
      'hidden.bias',
      'output.weight',
      'output.bias',
    ]);
  });

  it('refuses before the run to save where there is no folder', () => {
    const { status, stdout, stderr } = gradloom('train', 'xor', '--save', join(folder, 'nowhere', 'w.safetensors'));
    expect(stderr).toContain('error[cannot-save]');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('goes on from saved weights as the run that saved them does, to the bit', () => {
    const path = join(folder, 'three.safetensors');
    const { lines } = gradloom('train', 'nn-sequential', '--steps', '5', '--json');
    gradloom('train', 'nn-sequential', '--steps', '3', '--save', path);
    const { lines: continued, stderr } = gradloom(
      ...['train', 'nn-sequential', '--steps', '2', '--weights', path, '--json'],
    );
    expect(stderr).toBe('');
    const losses = (told: readonly string[]) => told.map((line) => JSON.parse(line).loss);
    expect(losses(continued)).toEqual(losses(lines).slice(3));
  });

  it('refuses weights of another document by all their names, and trains nothing', () => {
    const path = join(folder, 'other.safetensors');
    const tensor = (name: string, size: number) => ({ name, shape: [size], values: new Float32Array(size) });
    const labels = { name: 'output.bias', shape: [1], values: Int32Array.of(1) };
    writeFileSync(path, encodeSafetensors([tensor('hidden.weight', 3), labels, tensor('other.bias', 1)]));
    const { status, stdout, stderr } = gradloom('train', 'xor', '--weights', path);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error[weights-shape]: hidden.weight of ');
    expect(stderr).toContain('expected F32 of 8×2, got F32 of 3');
    expect(stderr).toContain('expected F32 of 1, got I32 of 1');
    expect(stderr).toMatch(/error\[weights-missing\].*: hidden\.bias, output\.weight\n/);
    expect(stderr).toMatch(/error\[weights-unexpected\].*: other\.bias\n/);
  });

  it('says why weights cannot be read', () => {
    const told = (name: string) => {
      const { status, stderr } = gradloom('train', 'xor', '--weights', join(folder, name));
      expect(status).toBe(2);
      expect(stderr).toContain('error[weights-unreadable]');
      return stderr;
    };
    writeFileSync(join(folder, 'cut.safetensors'), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b));
    expect(told('cut.safetensors')).toContain('Its header is to be 9 bytes long, but only 1 follow');
    expect(told('nowhere.safetensors')).toContain('there is no such file');
    expect(told('.')).toContain('it is a folder');
  });
});
