import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';

const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`goldens/${name}`, import.meta.url)));
/** Infinities are in words. */
const expected: Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: readonly (number | boolean | 'inf' | '-inf')[] }>
> = JSON.parse(new TextDecoder().decode(golden('safetensors.json'))).tensors;
const infinities = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY } as const;

describe('the file that Python’s safetensors wrote', () => {
  const read = decodeSafetensors(golden('safetensors/python.safetensors'));

  it.each(Object.entries(expected))('%s comes out as PyTorch has it', (name, { shape, values }) => {
    expect(read.get(name)?.shape).toEqual(shape);
    const numbers = values.map((value) => (typeof value === 'string' ? infinities[value] : Number(value)));
    expect([...(read.get(name)?.values ?? [])]).toEqual(numbers);
  });

  it('holds every type that is read, and nothing else', () => {
    expect([...read.keys()].sort()).toEqual(Object.keys(expected).sort());
    const types = new Set([...read.values()].map(({ dtype }) => dtype));
    expect([...types].sort()).toEqual(['BF16', 'BOOL', 'F16', 'F32', 'F64', 'I32', 'I64', 'U8']);
  });

  it('is written here as the file that Python’s safetensors has read', () => {
    const anew = encodeSafetensors([...read].map(([name, { shape, values }]) => ({ name, shape, values })));
    expect(anew).toEqual(golden('safetensors/gradloom.safetensors'));
  });
});

const python = '/usr/bin/python3';
const hasLibrary = spawnSync(python, ['-P', '-c', 'import safetensors.torch']).status === 0;
if (!hasLibrary)
  process.stderr.write(
    `\nSKIPPED: ${python} has no safetensors, so only files that it has read before were held against those written here.\n\n`,
  );

describe.skipIf(!hasLibrary)('Python’s safetensors', () => {
  it('reads what a network is saved as, into a module of PyTorch’s', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gradloom-safetensors-'));
    try {
      const file = join(folder, 'weights.safetensors');
      const command = ['engine/cli/gradloom.mjs', 'train', 'xor', '--steps', '1', '--save', file];
      expect(spawnSync(process.execPath, command).status).toBe(0);
      const back = join(folder, 'back.safetensors');
      const { stdout, stderr } = spawnSync(python, ['-P', '-c', LOAD, file, back], { encoding: 'utf8' });
      expect([stdout, stderr]).toEqual(['<All keys matched successfully>\n', '']);
      // What it writes again is what was saved.
      const saved = decodeSafetensors(new Uint8Array(readFileSync(file)));
      const names = (found: typeof saved) => new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(names(decodeSafetensors(new Uint8Array(readFileSync(back))))).toEqual(names(saved));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const LOAD = `
import sys
import torch
from safetensors.torch import load_file, save_file
model = torch.nn.ModuleDict({'hidden': torch.nn.Linear(2, 8), 'output': torch.nn.Linear(8, 1)})
print(model.load_state_dict(load_file(sys.argv[1])))
save_file(model.state_dict(), sys.argv[2])
`;
