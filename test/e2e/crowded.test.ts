import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { App, type Harness, startHarness } from './app.ts';

/** More tabs than the bar holds, and more messages than the window. */

let harness: Harness;
let app: App;
beforeAll(async () => {
  harness = await startHarness();
  app = await App.open(harness);
});
afterAll(async () => harness.close());

const bar = () => app.page.getByRole('navigation', { name: 'Open networks' });
const boxOf = async (target: ReturnType<App['page']['locator']>) =>
  (await target.boundingBox()) ?? expect.fail('it is not on the screen');
/** Does the tab in front stand in the bar as a whole? */
const showsActive = async () => {
  const [around, tab] = [await boxOf(bar()), await boxOf(bar().locator('[aria-current=page]'))];
  return tab.x >= around.x - 1 && tab.x + tab.width <= around.x + around.width + 1;
};

test('the tab in front is in sight among many, and a wheel and arrows lead to the others', async () => {
  for (let i = 0; i < 12; i++) await app.newDocument();
  await app.still();
  expect(await showsActive()).toBe(true);
  await bar().hover();
  await app.page.mouse.wheel(0, -5000);
  await app.still();
  expect(await showsActive()).toBe(false);
  expect(await app.page.getByRole('button', { name: 'Earlier tabs' }).isDisabled()).toBe(true);
  await bar().getByRole('button', { name: 'untitled', exact: true }).click();
  await app.still();
  expect(await showsActive()).toBe(true);
  const later = app.page.getByRole('button', { name: 'Later tabs' });
  while (await later.isEnabled()) {
    await later.click();
    await app.still();
  }
  await bar().getByRole('button', { name: 'untitled-12', exact: true }).click();
  await app.still();
  expect(await showsActive()).toBe(true);
});

test('many messages stay on the screen and off the top bar, and all that a file lacks can be read', async () => {
  const nodes = Array.from({ length: 9 }, (_, i) => ({ id: `a ${i}`, kind: 'ReLU', settings: {} }));
  const wrong = JSON.stringify({ ...emptyDocument(), nodes });
  for (const name of ['one.json', 'two.json', 'three.json', 'four.json']) {
    await app.openText(wrong, name);
    await app.page.getByText(`${name} was not opened`).waitFor();
  }
  const messages = app.page.getByRole('region', { name: 'Messages' }).getByRole('alert');
  for (let left = 3; left > 0; left--) {
    await app.page
      .getByRole('button', { name: /^and \d+ more$/ })
      .first()
      .click();
    expect(await app.page.getByRole('button', { name: /^and \d+ more$/ }).count()).toBe(left - 1);
  }
  expect(await messages.count()).toBe(3);
  const top = await boxOf(app.page.getByRole('banner'));
  for (const message of await messages.all()) {
    const box = await boxOf(message);
    expect(box.y).toBeGreaterThanOrEqual(top.y + top.height);
    expect(box.y + box.height).toBeLessThanOrEqual(800);
    const last = message.getByText('nodes.8.id', { exact: false });
    await last.scrollIntoViewIfNeeded();
    const line = await boxOf(last);
    expect(line.y).toBeGreaterThanOrEqual(box.y);
    expect(line.y + line.height).toBeLessThanOrEqual(box.y + box.height);
  }
  expect(app.errors).toEqual([]);
});
