import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDocument, type GraphDocument, type ModuleDefinition } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { App, type Harness, startHarness } from './app.ts';

/** What the app says of a network that cannot be trained: legibly in a usual window, with its place, and nowhere the contrary. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
});
afterAll(async () => harness.close());

const LANGUAGES = {
  English: 'Problems',
  中文: '问题',
} as const;
type Language = keyof typeof LANGUAGES;
const speak = async (language: Language) => {
  if (await panel(language).isVisible()) return;
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type(language);
  await app.page.keyboard.press('Enter');
  await panel(language).waitFor();
};
const panel = (language: Language) => app.page.getByRole('region', { name: LANGUAGES[language], exact: true });
const status = () => app.page.locator('footer [data-state]');

/** What of the listed problems lies beyond the edges of their list, in pixels. */
const cutOff = (language: Language) =>
  panel(language)
    .locator('ul')
    .evaluate((list) => {
      const range = document.createRange();
      const { left, right } = list.getBoundingClientRect();
      const beyond = [...list.querySelectorAll('span, b')].flatMap((part) => {
        range.selectNodeContents(part);
        return [...range.getClientRects()].map((line) => Math.max(line.right - right, left - line.left));
      });
      return Math.max(0, ...beyond);
    });

test.each([
  ['CustomFunction', 'customfunction1.input'],
  ['CrossEntropyLoss', 'crossentropyloss1.input'],
])('all that is wrong with an unwired %s can be read, in both languages', async (kind, place) => {
  await app.newDocument();
  await app.place(kind, { x: 200, y: 120 });
  for (const language of ['English', '中文'] as const) {
    await speak(language);
    await expect.poll(() => panel(language).locator('b').first().textContent()).toBe(place);
    // Read out or copied, the place is a word of its own.
    expect(await panel(language).locator('li').first().textContent()).toContain(`${place} `);
    await app.still();
    expect(await cutOff(language), language).toBeLessThanOrEqual(0);
  }
  await speak('English');
});

test('the status bar does not call a network ready that Train refuses', async () => {
  await app.newDocument();
  await expect.poll(() => status().innerText()).toBe('Nothing to train yet');
  await app.place('CrossEntropyLoss', { x: 200, y: 120 });
  const train = app.page.locator('[data-command="run.train"]').first();
  await expect.poll(() => train.getAttribute('aria-disabled')).toBe('true');
  await expect.poll(() => status().innerText()).toBe('Not ready to train; a problem at crossentropyloss1.input');
  expect(await train.getAttribute('title')).toContain('crossentropyloss1.input');
  await speak('中文');
  await expect.poll(() => status().innerText()).toBe('还不能训练，crossentropyloss1.input 有问题');
  await speak('English');
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.press('Delete');
  await app.place('RandomTensor', { x: 200, y: 120 });
  await expect.poll(() => status().innerText()).toBe('Ready to train');
});

test('what is wrong with nodes of one name in two modules is told apart, as at the command line', async () => {
  const broken: ModuleDefinition = {
    params: {},
    ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
    nodes: [{ id: 'm2', kind: 'ReLU', settings: {} }],
    wires: [{ from: 'm2.output', to: 'outputs.y' }],
  };
  const document: GraphDocument = {
    ...emptyDocument('two'),
    modules: { Net: broken, Other: broken },
    nodes: [
      { id: 'x', kind: 'RandomTensor', settings: { shape: [2, 3] } },
      { id: 'a', kind: 'module:Net', settings: {} },
      { id: 'b', kind: 'module:Other', settings: {} },
    ],
    wires: ['a', 'b'].map((id) => ({ from: 'x.output', to: `${id}.x` })),
  };
  await app.openText(formatDocument(document), 'two.gradloom.json');
  await app.page.locator('[data-node="b"]').waitFor();
  const places = () => panel('English').locator('b').allTextContents();
  await expect.poll(places).toEqual(expect.arrayContaining(['m2.input in Net', 'm2.input in Other']));
  await app.still();
  expect(await cutOff('English')).toBeLessThanOrEqual(0);
});

test('the console stayed silent', () => expect(app.errors).toEqual([]));
