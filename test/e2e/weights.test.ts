import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';
import { App, type Harness, startHarness } from './app.ts';
import { outside } from './outside.ts';

/** What a run has learned, taken out of the app. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness, { width: 1600, height: 900 });
  // As in a browser that cannot pick places to write to: what is saved is downloaded.
  await app.page.evaluate(() =>
    Object.assign(window, { showDirectoryPicker: undefined, showSaveFilePicker: undefined }),
  );
  const document = JSON.parse(readFileSync(join(ROOT, 'examples/xor.gradloom.json'), 'utf8'));
  // A name that code has, while files of weights have ids.
  document.view.nodes.hidden.label = 'first layer';
  await app.openText(JSON.stringify(document), 'xor.gradloom.json');
  await app.page.locator('[data-node="hidden"]').waitFor();
});
afterAll(async () => harness.close());

const panel = () => app.page.locator('[data-code]');
const withWeights = () => panel().getByRole('checkbox', { name: 'With the trained weights' });
const line = (text: string) => panel().locator('.cm-line', { hasText: text }).first();

async function choose(command: string, { page } = app) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

async function saved(how: () => Promise<void>) {
  const download = app.page.waitForEvent('download');
  await how();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: new Uint8Array(readFileSync(await file.path())) };
}

test('before there is a run nothing can be saved, and the menu says why', async () => {
  await app.page.keyboard.press('c');
  await line('export class').waitFor();
  expect(await withWeights().count()).toBe(0);
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type('Save weights');
  const item = app.page.getByRole('option', { name: 'Save weights' });
  expect(await item.innerText()).toContain('train or step first');
  expect(await item.getAttribute('aria-disabled')).toBe('true');
  await app.page.keyboard.press('Escape');
});

test('the weights are saved as safetensors, under the ids of the nodes, also into a file that was picked', async () => {
  await app.command('Train');
  await app.waitForRun('finished');
  const { name, bytes } = await saved(() => choose('Save weights'));
  expect(name).toBe('xor.safetensors');
  const tensors = decodeSafetensors(bytes);
  expect([...tensors].map(([one, { shape }]) => [one, shape])).toEqual([
    ['hidden.weight', [8, 2]],
    ['hidden.bias', [8]],
    ['output.weight', [1, 8]],
    ['output.bias', [1]],
  ]);
  await app.page.evaluate(() => {
    const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    Object.assign(window, { showSaveFilePicker });
  });
  await choose('Save weights');
  const stored = () =>
    app.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getFileHandle('xor.safetensors', { create: true })).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    });
  await expect.poll(stored).toEqual([...bytes]);
  await app.page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
});

test('code with the trained weights loads them, and they lie beside it under the names that it has', async () => {
  await withWeights().check();
  await panel().getByRole('tab', { name: 'train.ts' }).click();
  await line('weights.safetensors').waitFor();
  expect(await outside(app.page)).toEqual([]);
  const { bytes: weights } = await saved(() => choose('Save weights'));
  const { bytes: archive } = await saved(() => panel().locator('[data-save]').click());
  const files = unzipSync(archive);
  expect(new TextDecoder().decode(files['xor/src/train.ts'])).toContain('weights.safetensors');
  const beside = decodeSafetensors(files['xor/weights.safetensors'] ?? new Uint8Array());
  const values = (tensors: typeof beside) => [...tensors.values()].map((tensor) => [...tensor.values]);
  expect(values(beside)).toEqual(values(decodeSafetensors(weights)));
  expect([...beside.keys()]).toEqual(['firstLayer.weight', 'firstLayer.bias', 'output.weight', 'output.bias']);
});

test('an edit takes them out of the code until the network is trained again, and undo brings them back', async () => {
  await app.select('hidden');
  await app.set('outFeatures', '6');
  await expect.poll(() => withWeights().isDisabled()).toBe(true);
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => withWeights().isChecked()).toBe(true);
  await panel().getByRole('tab', { name: 'train.ts' }).click();
  await line('weights.safetensors').waitFor();
});

/** Answers the app's question for a file. */
async function start(at: App, name: string, content: Uint8Array | string) {
  const asked = at.page.waitForEvent('filechooser');
  await choose('Start from weights', at);
  await (await asked).setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}
const status = () => app.page.locator('footer [data-start]');

test('the next run starts from a file of weights, a reset leads back to them, and without it they are drawn again', async () => {
  const { bytes } = await saved(() => choose('Save weights'));
  const told = async () => (await app.ask('losses')).length;
  /** The first loss of a run that begins anew. It stands before that, too: only its losses tell how far it is. */
  const first = async () => {
    await choose('Reset');
    await expect.poll(told).toBe(0);
    await choose('Next iteration');
    await expect.poll(told).toBe(1);
    return (await app.ask('losses'))[0];
  };
  await start(app, 'learned.safetensors', bytes);
  await expect.poll(() => status().innerText()).toBe('Next run from learned.safetensors');
  expect(await outside(app.page)).toEqual([]);
  const loss = await first();
  expect(loss).toBeLessThan(0.05);
  expect(await status().innerText()).toBe('From learned.safetensors');
  expect(await first()).toBe(loss);
  await status().getByRole('button').click();
  await status().waitFor({ state: 'detached' });
  expect(await first()).toBeGreaterThan(0.2);
});

test('what is no file of weights is refused at once, and one that does not fit as the run is made', async () => {
  await start(app, 'notes.safetensors', 'no weights at all');
  await app.page.getByText('notes.safetensors was not opened').waitFor();
  expect(await status().count()).toBe(0);
  await start(
    app,
    'other.safetensors',
    encodeSafetensors([{ name: 'hidden.weight', shape: [8, 2], values: new Float32Array(16) }]),
  );
  await status().waitFor();
  await choose('Reset');
  await app.command('Train');
  await app.page.getByText('other.safetensors lacks parameters that the document has').first().waitFor();
  await status().getByRole('button').click();
  await app.command('Train');
  await app.waitForRun('finished');
});

test.each([
  { width: 1280, height: 800, scale: 1 },
  { width: 640, height: 400, scale: 2 },
])('at $width × $height all of it is seen, and the page does not scroll', async (size) => {
  const small = await App.open(harness, size);
  await small.openText(readFileSync(join(ROOT, 'examples/xor.gradloom.json'), 'utf8'), 'xor.gradloom.json');
  await small.page.locator('[data-node="hidden"]').waitFor();
  await small.page.keyboard.press('Control+Enter');
  await small.waitForRun('finished');
  await small.page.keyboard.press('c');
  await small.page.getByRole('checkbox', { name: 'With the trained weights' }).check();
  await start(small, 'the-weights-of-a-network-with-a-long-name.safetensors', encodeSafetensors([]));
  await small.page.locator('footer [data-start]').waitFor();
  expect(await outside(small.page)).toEqual([]);
  expect(await small.page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
  await small.close();
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
