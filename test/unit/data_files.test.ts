import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataErrorsOf } from '../../engine/data/data_error.ts';
import { fetchFiles } from '../../engine/data/fetch_files.ts';
import { idx } from '../../engine/data/idx_dataset.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';

describe('nodeFiles', () => {
  const here = fileURLToPath(new URL('.', import.meta.url));

  it('reads by the name in the document’s data, relative to the document', async () => {
    const bytes = await nodeFiles(here, { me: './data_files.test.ts' }).read('me');
    expect(new TextDecoder().decode(bytes)).toMatch(/^import \{ createServer/);
  });

  it('reads nothing by an absolute path, whether a document lists it or a setting names it', async () => {
    const own = fileURLToPath(import.meta.url);
    for (const files of [nodeFiles(here, { [own]: own }), nodeFiles(here)])
      await expect(files.read(own)).rejects.toMatchObject({
        code: 'file-missing',
        message: expect.stringContaining('its path is absolute'),
      });
  });

  it('finds what ships with the app', async () => {
    const labels = await nodeFiles(here).read('mnist/t10k-labels-idx1-ubyte');
    expect(labels.byteLength).toBe(10_008);
  });

  it.each(['absent', 'mnist/absent', 'mnist/../package.json'])('says that %s is missing', async (name) => {
    await expect(nodeFiles(here).read(name)).rejects.toMatchObject({ code: 'file-missing' });
    await expect(nodeFiles(here).read(name)).rejects.toThrow(`The file ${name} cannot be read`);
  });
});

it('a set in several files tells of all that cannot be used at once', async () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const files = nodeFiles(here, { pixels: './data_files.test.ts', classes: './absent' });
  const load = async () => idx.load({ images: 'pixels', labels: 'classes', testImages: 'classes' }, files);
  const error: unknown = await load().catch((reason: unknown) => reason);
  expect(dataErrorsOf(error)?.map(({ code }) => code)).toEqual(['idx-format', 'file-missing', 'file-unset']);
});

describe('fetchFiles', () => {
  let server: Server;
  let base = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.statusCode = request.url === '/data/mnist/labels' ? 200 : 404;
      response.end(Uint8Array.of(1, 2, 3));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/data/`;
  });
  afterAll(() => server.close());

  it('prefers files that came with the request, and fetches shipped ones below the base', async () => {
    const mine = Uint8Array.of(9).buffer;
    const files = fetchFiles(base, { digits: mine });
    expect(await files.read('digits')).toBe(mine);
    expect(new Uint8Array(await files.read('mnist/labels'))).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('reports what the server does not have', async () => {
    await expect(fetchFiles(base).read('mnist/absent')).rejects.toMatchObject({ code: 'file-missing' });
    await expect(fetchFiles(base).read('mnist/absent')).rejects.toThrow('the server answers 404');
  });

  it('reports a server that is gone', async () => {
    const files = fetchFiles('http://127.0.0.1:9/');
    await expect(files.read('mnist/labels')).rejects.toMatchObject({ code: 'file-missing' });
  });

  it('never asks for an address that a document chose', async () => {
    const before = asked.length;
    for (const name of ['secret', '/etc', `${base}mnist/labels`, 'mnist/../labels'])
      await expect(fetchFiles(base).read(name)).rejects.toMatchObject({ code: 'file-missing' });
    expect(asked.length).toBe(before);
  });
});
