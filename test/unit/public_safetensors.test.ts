import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromArray, loadSafetensors, loadWeights, nn, saveSafetensors, tensor } from '../../engine/index.ts';

describe('saveSafetensors', () => {
  it('writes tensors of every type that loadSafetensors reads', () => {
    const written = new Map([
      ['weight', tensor([[1, 2.5, -3]], { requiresGrad: true })],
      ['labels', fromArray([1, -2], [2], { dtype: 'i32' })],
      ['mask', tensor([1, 2]).gt(1)],
      ['scalar', tensor(7)],
    ]);
    const read = loadSafetensors(saveSafetensors(written));
    expect([...read].map(([name, x]) => [name, x.dtype, x.shape, x.data(), x.requiresGrad])).toEqual([
      ['weight', 'f32', [1, 3], Float32Array.of(1, 2.5, -3), false],
      ['labels', 'i32', [2], Int32Array.of(1, -2), false],
      ['mask', 'bool', [2], Uint8Array.of(0, 1), false],
      ['scalar', 'f32', [], Float32Array.of(7), false],
    ]);
  });
});

describe('loadWeights', () => {
  const model = new nn.Linear(2, 3);
  const bytes = saveSafetensors(new Map(model.namedParameters()));
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/weights.safetensors' ? 200 : 404;
    response.end(bytes);
  });
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gradloom-weights-'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await new Promise((closed) => server.close(closed));
  });
  const served = (name: string): URL => {
    const address = server.address();
    return new URL(name, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  };
  const expected = model.namedParameters().map(([name, parameter]) => [name, parameter.shape, parameter.data()]);
  const shown = (found: Awaited<ReturnType<typeof loadWeights>>) =>
    [...found].map(([name, x]) => [name, x.shape, x.data()]);

  it('reads a file on the disk, beside what asks for it', async () => {
    writeFileSync(join(folder, 'weights.safetensors'), bytes);
    const script = pathToFileURL(join(folder, 'src', 'train.js'));
    expect(shown(await loadWeights(new URL('../weights.safetensors', script)))).toEqual(expected);
    expect(shown(await loadWeights(fileURLToPath(new URL('../weights.safetensors', script))))).toEqual(expected);
  });

  it('reads a file in the network', async () => {
    expect(shown(await loadWeights(served('weights.safetensors')))).toEqual(expected);
    expect(shown(await loadWeights(served('weights.safetensors').href))).toEqual(expected);
  });

  it.each([
    ['a file that is not there', () => pathToFileURL(join(folder, 'none')), 'ENOENT'],
    ['what a server has not', () => served('none'), 'the server answers 404'],
    ['what is no address', () => 'http://[', 'Invalid URL'],
  ])('says why it cannot read %s', async (_name, url, reason) => {
    await expect(loadWeights(url())).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringContaining(reason),
    });
  });

  it('says what is wrong with a damaged file', async () => {
    writeFileSync(join(folder, 'cut'), bytes.subarray(0, -1));
    await expect(loadWeights(pathToFileURL(join(folder, 'cut')))).rejects.toMatchObject({ code: 'safetensors-layout' });
  });
});
