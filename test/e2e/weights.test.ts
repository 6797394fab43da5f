import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
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

async function choose(command: string) {
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type(command);
  await app.page.keyboard.press('Enter');
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

test('the weights are saved as safetensors while the run goes on or stands, under the names of its nodes', async () => {
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

test('the console stayed silent', () => expect(app.errors).toEqual([]));
