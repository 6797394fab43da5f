import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { noTraces } from '../../engine/graph/functions.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { BUILT_TARBALL } from '../../engine/pack/places.ts';
import { App, type Harness, startHarness } from './app.ts';
import { outside } from './outside.ts';

/** The document as code beside the canvas. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness, { width: 1600, height: 900 });
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});
afterAll(async () => harness.close());

const example = (id: string) => readFileSync(join(ROOT, 'examples', `${id}.gradloom.json`), 'utf8');
async function open(id: string) {
  await app.openText(example(id), `${id}.gradloom.json`);
  await expect.poll(async () => JSON.parse(await app.ask('document')).name).toBe(id);
  await app.page.locator('[data-node]').first().waitFor();
  await app.still();
}

/** What the command line writes for a document. */
function pytorch(text: string): ReadonlyMap<string, string> {
  const { document } = parseDocument(text);
  const { files } = document === undefined ? {} : exportPyTorch(document, noTraces);
  return new Map([...(files ?? [])].map(([path, file]) => [path, file.text]));
}

const panel = () => app.page.locator('[data-code]');
const line = (text: string) => panel().locator('.cm-line', { hasText: text }).first();
const marked = (mark: 'lit' | 'chosen') => panel().locator(`.cm-line[data-${mark}]`).allInnerTexts();
const language = (name: string) => panel().getByRole('radio', { name });
const file = (name: string) => panel().getByRole('tab', { name });
/** CodeMirror draws what is in sight: the whole text is on the clipboard. */
async function copied(): Promise<string> {
  await app.page.evaluate(() => navigator.clipboard.writeText(''));
  await panel().locator('[data-copy]').click();
  await expect.poll(() => app.page.evaluate(() => navigator.clipboard.readText())).not.toBe('');
  return app.page.evaluate(() => navigator.clipboard.readText());
}
const selected = () =>
  app.page
    .locator('[data-node][data-selected="true"]')
    .evaluateAll((all) => all.map((e) => e.getAttribute('data-node')));

test('a key opens the document as code, and Copy takes what the command line writes', async () => {
  await open('dynamic-net');
  expect(await panel().count()).toBe(0);
  await app.page.keyboard.press('c');
  await line('export class DynamicNet').waitFor();
  await language('PyTorch').check();
  await line('class DynamicNet(torch.nn.Module)').waitFor();
  expect(await outside(app.page)).toEqual([]);
  expect(await copied()).toBe(pytorch(await app.ask('document')).get('train.py'));
  await panel().getByRole('button', { name: 'Copied' }).waitFor();
});

test('the pointer at a node lights its lines, at a block those of all it holds, and elsewhere none', async () => {
  await app.page.locator('[data-node="output_linear"]').hover();
  await expect
    .poll(() => marked('lit'))
    .toEqual(['        self.output_linear = torch.nn.Linear(100, 10)', '        return self.output_linear(middle)']);
  await app.page.locator('[data-node="middle"] header').hover();
  await expect.poll(() => marked('lit')).toContainEqual(expect.stringContaining('self.middle_linear(middle)'));
  expect(await marked('lit')).toContainEqual(expect.stringContaining('for _ in range(random.randint(0, 3)):'));
  await app.page.mouse.move(5, 300);
  await expect.poll(() => marked('lit')).toEqual([]);
});

test('the pointer at a line lights its nodes, and a click selects the first', async () => {
  const lit = () =>
    app.page.locator('[data-node][data-lit]').evaluateAll((all) => all.map((e) => e.getAttribute('data-node')));
  await line('self.middle_linear(middle)').hover();
  await expect.poll(lit).toEqual(['middle_linear', 'middle_relu']);
  await line('self.middle_linear(middle)').click();
  await expect.poll(selected).toEqual(['middle_linear']);
  expect((await marked('chosen')).length).toBe(2);
  await app.page.mouse.move(5, 300);
  await expect.poll(lit).toEqual([]);
});

test('the keyboard goes through the lines too, and the keys of the app go on working', async () => {
  await line('x = torch.randn(64, 1000)').click();
  await expect.poll(selected).toEqual(['x']);
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('Enter');
  await expect.poll(selected).toEqual(['y']);
  const before = await app.ask('document');
  await app.page.keyboard.press('Delete');
  await expect.poll(() => app.page.locator('[data-node="y"]').count()).toBe(0);
  await app.page.keyboard.press('Control+z');
  await app.page.locator('[data-node="y"]').waitFor();
  expect(await app.ask('document')).toBe(before);
});

test('the code follows an edit at once, and stays where it was scrolled to', async () => {
  await app.select('sgd');
  await line('lr=1e-4, momentum=0.9').waitFor();
  const scroller = panel().locator('.cm-scroller');
  await scroller.evaluate((element) => element.scrollTo(0, 120));
  await app.set('lr', '0.002');
  await line('lr=0.002, momentum=0.9').waitFor();
  expect(await scroller.evaluate((element) => element.scrollTop)).toBe(120);
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 20 } });
  await app.page.keyboard.press('Control+z');
  await line('lr=1e-4, momentum=0.9').waitFor();
  expect(await copied()).toBe(pytorch(await app.ask('document')).get('train.py'));
});

test('what keeps the code from being written is said, and leads to its place; the last code stays, dimmed', async () => {
  await app.select('middle_linear');
  await app.set('inFeatures', '7');
  const said = panel().locator('[data-problems]');
  await said.waitFor();
  expect(await said.innerText()).toContain('middle_linear');
  await expect.poll(() => panel().locator('[data-code-text]').getAttribute('data-stale')).toBe('true');
  expect(await line('self.middle_linear = torch.nn.Linear(100, 100)').count()).toBe(1);
  for (const button of ['[data-copy]', '[data-save]'])
    expect(await panel().locator(button).getAttribute('aria-disabled'), button).toBe('true');
  await app.page.locator('[data-canvas]').click({ position: { x: 20, y: 20 } });
  await said.getByRole('button').first().click();
  await expect.poll(selected).toEqual(['middle_linear']);
  await app.set('inFeatures', '100');
  await said.waitFor({ state: 'detached' });
  expect(await panel().locator('[data-code-text]').getAttribute('data-stale')).toBeNull();
});

test('what one language cannot say is said at the node, and the network can be trained all the same', async () => {
  const document = JSON.parse(example('xor'));
  const own = { id: 'own', kind: 'IDXDataset', settings: { samples: 4 } };
  const refused = { ...document, name: 'refused', nodes: [...document.nodes, own] };
  await app.openText(JSON.stringify(refused), 'refused.gradloom.json');
  const said = panel().locator('[data-problems]');
  await expect.poll(() => said.innerText()).toMatch(/PyTorch.*own/s);
  expect(await said.getByRole('button').getAttribute('data-severity')).toBe('warning');
  expect(await panel().locator('[data-code-text]').count()).toBe(0);
  expect(await app.page.locator('[data-node="own"] [data-problem]').getAttribute('data-severity')).toBe('warning');
  expect(await app.page.locator('button[data-command="run.train"]').getAttribute('aria-disabled')).toBe('false');
  await app.page.keyboard.press('Alt+w');
  await line('class DynamicNet(').waitFor();
});

test('a line of a definition opens it, where no instance shows it', async () => {
  await open('custom-module');
  await app.page.locator('[data-node="model"]').hover();
  await expect.poll(() => marked('lit')).toContainEqual(expect.stringContaining('self.linear2(clamp1)'));
  await line('self.linear2 = torch.nn.Linear(h, d_out)').hover();
  const lit = app.page.locator('[data-node="model"][data-lit]');
  await lit.waitFor();
  await line('self.linear2 = torch.nn.Linear(h, d_out)').click();
  await app.page.locator('[data-node="linear2"]').waitFor();
  expect(await selected()).toEqual(['linear2']);
  await app.page.keyboard.press('Alt+ArrowUp');
  await app.page.locator('[data-node="model"]').waitFor();
});

test('code of the user’s own is written once it has been run and checked', async () => {
  await open('custom-function');
  await panel().getByRole('button', { name: 'Check now' }).click();
  await line('class MyReLU(torch.autograd.Function):').waitFor({ timeout: 60_000 });
});

/** All files of a folder in the page's own file system, by their paths. */
const storedIn = (folder: string) =>
  app.page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const found: [string, string][] = [];
    const read = async (at: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const one of at.values())
        if (one instanceof FileSystemDirectoryHandle) await read(one, `${path}${one.name}/`);
        else if (one instanceof FileSystemFileHandle) found.push([path + one.name, await (await one.getFile()).text()]);
    };
    await read(await root.getDirectoryHandle(name), '');
    return found;
  }, folder);

test('Save writes a new folder where the user wants it, and never over one that is there', async () => {
  await open('dynamic-net');
  const written = [...pytorch(await app.ask('document'))];
  await app.page.evaluate(() => Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() }));
  const save = panel().locator('[data-save]');
  await save.click();
  await app.page.getByText('Saved dynamic-net', { exact: true }).waitFor();
  expect(await storedIn('dynamic-net')).toEqual(written);
  await save.click();
  await app.page.getByText('Saved dynamic-net-2', { exact: true }).waitFor();
  expect(await storedIn('dynamic-net-2')).toEqual(written);
});

test('where a page may not pick folders it is an archive, with the files of the data beside the code', async () => {
  await open('mnist-mlp');
  await app.page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined }));
  const download = app.page.waitForEvent('download');
  await panel().locator('[data-save]').click();
  const archive = await download;
  expect(archive.suggestedFilename()).toBe('mnist-mlp.zip');
  const files = unzipSync(readFileSync(await archive.path()));
  const [[name, text] = ['', '']] = pytorch(await app.ask('document'));
  expect(new TextDecoder().decode(files[`mnist-mlp/${name}`])).toBe(text);
  expect(Object.keys(files).toSorted()).toEqual([
    'mnist-mlp/train-images-idx3-ubyte',
    'mnist-mlp/train-labels-idx1-ubyte',
    'mnist-mlp/train.py',
  ]);
  expect(files['mnist-mlp/train-images-idx3-ubyte']?.length).toBe(16 + 60_000 * 28 * 28);
});

test('in TypeScript a node that is selected brings its file, which a click on its tab does too', async () => {
  await open('dynamic-net');
  await language('TypeScript').check();
  await line('export class DynamicNet').waitFor();
  expect(await panel().getByRole('tab').allInnerTexts()).toEqual(['model.ts', 'data.ts', 'train.ts']);
  await app.select('sgd');
  await expect.poll(() => marked('chosen')).toContainEqual('  optimizer.zeroGrad();');
  expect(await file('train.ts').getAttribute('aria-selected')).toBe('true');
  await app.select('x');
  // It stands there too: nobody is taken elsewhere.
  await expect.poll(() => marked('chosen')).toEqual(['const { x, y } = loadData();']);
  await file('data.ts').click();
  await expect.poll(() => marked('chosen')).toEqual(['  const x = randn([64, 1000]);']);
});

test('the pointer at a node marks the files that have lines of it, whichever is in front', async () => {
  const lit = () => panel().getByRole('tab').and(app.page.locator('[data-lit]')).allInnerTexts();
  await file('model.ts').click();
  // A node out of sight would be scrolled to, and the canvas scrolls back from under the pointer.
  await app.page.keyboard.press('f');
  await app.still();
  await app.page.locator('[data-node="sgd"]').hover();
  await expect.poll(lit).toEqual(['train.ts']);
  await app.page.locator('[data-node="x"]').hover();
  await expect.poll(lit).toEqual(['data.ts', 'train.ts']);
  await app.page.locator('[data-node="output_linear"]').hover();
  await expect.poll(lit).toEqual(['model.ts']);
  await app.page.mouse.move(5, 300);
  await expect.poll(lit).toEqual([]);
});

test('what there is none of the network in is in a menu, and has a tab as long as it is looked at', async () => {
  await panel().getByRole('button', { name: 'Other files' }).click();
  const others = app.page.getByRole('menuitemradio');
  expect(await others.allInnerTexts()).toEqual(['package.json', 'tsconfig.json', 'README.md']);
  await others.getByText('package.json').click();
  await line('"name": "dynamic-net"').waitFor();
  expect(await file('package.json').getAttribute('aria-selected')).toBe('true');
  await file('model.ts').click();
  await line('export class DynamicNet').waitFor();
  expect(await panel().getByRole('tab').allInnerTexts()).toEqual(['model.ts', 'data.ts', 'train.ts']);
  await app.page.locator('[data-node="sgd"]').hover();
  await expect.poll(() => file('train.ts').getAttribute('data-lit')).toBe('true');
  await app.page.mouse.move(5, 300);
});

test('a project in TypeScript is saved with the engine in it, or not at all', async () => {
  const download = app.page.waitForEvent('download');
  await panel().locator('[data-save]').click();
  const files = unzipSync(readFileSync(await (await download).path()));
  expect(files['dynamic-net/vendor/gradloom-engine.tgz']).toEqual(new Uint8Array(readFileSync(BUILT_TARBALL)));
  const { document } = parseDocument(await app.ask('document'));
  const written = document === undefined ? undefined : exportTypeScript(document, noTraces).files;
  for (const [path, { text }] of written ?? [])
    expect(new TextDecoder().decode(files[`dynamic-net/${path}`]), path).toBe(text);
  expect(Object.keys(files).length).toBe((written?.size ?? 0) + 1);
  const address = '**/engine/gradloom-engine-*.tgz';
  await app.page.route(address, (route) => route.fulfill({ status: 404 }));
  await panel().locator('[data-save]').click();
  await app.page.getByText('The code was not saved').waitFor();
  await app.page.unroute(address);
  app.errors.splice(0);
});

test('the menu and Ctrl+E lead to Save, in Chinese too, and the panel is as it was after a reload', async () => {
  await app.page.keyboard.press('Escape');
  await panel().getByRole('button', { name: 'Hide the code' }).click();
  await panel().waitFor({ state: 'detached' });
  await app.page.keyboard.press('Control+e');
  await expect.poll(() => app.page.evaluate(() => document.activeElement?.matches('[data-save]'))).toBe(true);
  await app.page.reload();
  await app.ready();
  await line('export class DynamicNet').waitFor();
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type('中文');
  await app.page.keyboard.press('Enter');
  await expect.poll(() => panel().locator('[data-save]').innerText()).toBe('保存…');
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));

test.each([
  { width: 1280, height: 800, scale: 1, theme: 'dark' },
  { width: 640, height: 400, scale: 2, theme: 'light' },
] as const)('at $width × $height nothing is cut off, and some of the canvas stays', async (size) => {
  const small = await App.open(harness, size);
  await small.openText(example('xor'), 'xor.gradloom.json');
  await small.page.locator('[data-node="hidden"]').waitFor();
  await small.page.keyboard.press('c');
  await small.page.locator('[data-code] .cm-line').first().waitFor();
  expect(await outside(small.page)).toEqual([]);
  expect((await small.page.locator('[data-canvas]').boundingBox())?.width).toBeGreaterThanOrEqual(300);
  // Where the inspector is folded, its button stands beside the text.
  const text = await small.page.locator('[data-code-text]').boundingBox();
  const fold = await small.page.locator('[data-panel="inspector"]:not([data-open]) button').all();
  expect(fold.length).toBe(size.width < 900 ? 1 : 0);
  for (const button of fold)
    expect((text?.x ?? 0) + (text?.width ?? 0)).toBeLessThanOrEqual((await button.boundingBox())?.x ?? 0);
  await small.close();
});

test('a network that begins in sight is seen as a whole beside its code, unless somebody has chosen what to see', async () => {
  const own = await App.open(harness, { width: 1280, height: 800 });
  await own.openText(example('dynamic-net'), 'dynamic-net.gradloom.json');
  await own.page.locator('[data-node="sgd"]').waitFor();
  await own.still();
  const hidden = async () => {
    const canvas = await own.page.locator('[data-canvas]').boundingBox();
    const boxes = await own.page
      .locator('[data-node]')
      .evaluateAll((all) => all.map((e) => [e.getAttribute('data-node'), e.getBoundingClientRect().right] as const));
    return boxes.flatMap(([node, right]) => (right > (canvas?.x ?? 0) + (canvas?.width ?? 0) ? [node] : []));
  };
  expect(await hidden()).toContain('sgd');
  await own.page.keyboard.press('c');
  await own.page.locator('[data-code] .cm-line').first().waitFor();
  await expect.poll(hidden).toEqual([]);
  await own.page.keyboard.press('c');
  await own.still();
  for (let times = 0; times < 4; times++) {
    await own.page.keyboard.press('+');
    await own.still();
  }
  expect(await hidden()).toContain('sgd');
  await own.page.keyboard.press('c');
  await own.page.locator('[data-code] .cm-line').first().waitFor();
  await own.still();
  expect(await hidden()).toContain('sgd');
  await own.close();
});
