import { afterAll, beforeAll, expect, test } from 'vitest';
import { steps } from '../../renderer/tour/steps.ts';
import { tables } from '../../renderer/tour/words.ts';
import { App, type Harness, startHarness } from './app.ts';

/** The guided tour: followed by key and by mouse, done by itself in Chinese, and left in the middle. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

const note = (app: App) => app.page.locator('[data-tour-step]');
const button = (app: App, name: string) => note(app).getByRole('button', { name, exact: true });

/** Resolves when the tour is at a step: its title, and the ring around what it speaks of. */
async function atStep(app: App, number: number, language: 'en' | 'zh' = 'en'): Promise<void> {
  const step = steps[number - 1];
  if (step === undefined) throw new Error(`there is no step ${number}`);
  await note(app)
    .and(app.page.locator(`[data-tour-step="${step.id}"]`))
    .waitFor();
  expect(await note(app).innerText()).toContain(`${number} / 10`);
  expect(await note(app).innerText()).toContain(tables[language].steps[step.id].title);
  await app.page.locator('[data-tour-ring]:not([hidden])').waitFor();
}

const done = (app: App) => app.page.getByTestId('tape').locator('h3').innerText();
const ledger = (app: App) => app.page.getByTestId('ledger').locator('tr', { has: app.page.locator('sub') });

/** Does the ring lie around this element? */
const isRinged = (app: App, selector: string) =>
  app.page.evaluate((wanted) => {
    const [ring, target] = ['[data-tour-ring]', wanted].map((one) =>
      document.querySelector(one)?.getBoundingClientRect(),
    );
    if (ring === undefined || target === undefined) return false;
    const near = (a: number, b: number) => Math.abs(a - b) < 8;
    return near(ring.left, target.left) && near(ring.top, target.top) && near(ring.right, target.right);
  }, selector);

test('the whole tour, followed with the keys it names', async () => {
  const app = await App.open(harness);
  const { keyboard } = app.page;
  await keyboard.press('Control+k');
  await keyboard.type('guided tour');
  await keyboard.press('Enter');
  await atStep(app, 1);
  expect(JSON.parse(await app.ask('document'))).toMatchObject({ name: 'autograd' });
  expect(await isRinged(app, '[data-command="run.step"]')).toBe(true);

  // The focus is in the note, and the keys are the app's all the same.
  const isInside = () => note(app).evaluate((element) => element.contains(document.activeElement));
  await expect.poll(isInside).toBe(true);
  await keyboard.press('F10');
  await atStep(app, 2);
  await expect.poll(() => isRinged(app, '[data-canvas] [data-node="h"]')).toBe(true);
  await keyboard.press('F10');
  await atStep(app, 3);
  expect(await app.page.getByTestId('stands-at').innerText()).toMatch(/h.*matmul/s);
  await keyboard.press('Alt+F8');
  await atStep(app, 4);
  // What the tour tells is what the card says.
  expect(await note(app).innerText()).toContain('2.9e7');
  expect(await app.page.locator('[data-canvas] [data-node="loss"]').innerText()).toContain('2.9e7');
  await keyboard.press('F10');
  await atStep(app, 5);
  await keyboard.press('F10');
  await atStep(app, 6);
  await expect.poll(() => isRinged(app, '[data-tour="formula"]')).toBe(true);
  for (const left of [6, 5, 4, 3, 2]) {
    await keyboard.press('F10');
    await expect.poll(() => note(app).innerText()).toContain(`${left} more`);
  }
  await keyboard.press('F10');
  await expect.poll(() => note(app).innerText()).not.toContain('more');
  await keyboard.press('F10');
  await atStep(app, 7);
  await expect.poll(() => isRinged(app, '[data-tour="ledger"]')).toBe(true);
  expect(await ledger(app).count()).toBe(0);
  await keyboard.press('F10');
  await expect.poll(() => done(app)).toContain('entry 17');
  await keyboard.press('F10');
  await atStep(app, 8);
  await expect.poll(() => ledger(app).innerText()).toContain('5.8e6');
  const row = await ledger(app).innerText();
  await keyboard.press('Control+F10');
  await expect.poll(() => note(app).innerText()).toContain('Now press F10 (Next entry)');
  await expect.poll(() => ledger(app).count()).toBe(0);
  await keyboard.press('F10');
  await atStep(app, 9);
  await expect.poll(() => ledger(app).innerText()).toBe(row);
  await keyboard.press('Alt+F8');
  await expect.poll(() => note(app).innerText()).toContain('until update_w2 is done');
  await keyboard.press('F10');
  await expect.poll(() => done(app)).toContain('entry 23');
  await keyboard.press('F10');
  await atStep(app, 10);
  await keyboard.press('F10');
  await expect.poll(() => note(app).innerText()).toContain(tables.en.over);
  await button(app, 'Finish').click();
  await expect.poll(() => note(app).count()).toBe(0);
  expect(await app.ask('run')).toMatchObject({ state: 'paused', step: 1 });
  expect(app.errors).toEqual([]);
  await app.close();
});

test('the whole tour in Chinese, done by the tour itself, from the start page', async () => {
  const app = await App.open(harness, { theme: 'dark' });
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type('切换到中文');
  await app.page.keyboard.press('Enter');
  await app.page.getByRole('main').getByRole('button', { name: '导览：第一次反向传播' }).click();
  for (const [i, step] of steps.entries()) {
    await atStep(app, i + 1, 'zh');
    for (const [part] of step.goals.entries()) {
      const asked = tables.zh.steps[step.id].asks[part]?.('…').split('…')[1] ?? '';
      await expect.poll(() => note(app).innerText()).toContain(asked);
      await button(app, tables.zh.doIt).click();
    }
  }
  await expect.poll(() => note(app).innerText()).toContain(tables.zh.over);
  await button(app, tables.zh.finish).press('Enter');
  await expect.poll(() => note(app).count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('goes back, waits for who does not follow, finds what is hidden, and ends when asked to', async () => {
  const app = await App.open(harness);
  const { keyboard } = app.page;
  await app.page
    .getByRole('main')
    .getByRole('button', { name: /^Guided tour/ })
    .click();
  for (const number of [1, 2]) {
    await atStep(app, number);
    await button(app, 'Do it for me').click();
  }
  await atStep(app, 3);

  // A step that is behind is there to be read, and to be gone through again.
  expect(await button(app, 'Next').getAttribute('aria-disabled')).toBe('true');
  await button(app, 'Next').press('Enter');
  await atStep(app, 3);
  await button(app, 'Back').click();
  await atStep(app, 2);
  expect(await note(app).innerText()).toContain('Done.');
  await button(app, 'Next').click();
  await atStep(app, 3);
  await button(app, 'Back').click();
  await button(app, 'Once more').click();
  await expect.poll(() => note(app).innerText()).toContain('Press F10 (Next entry)');
  await keyboard.press('F10');
  await atStep(app, 3);

  // The panel that it speaks of is closed, and opened again from the note.
  await keyboard.press('Control+j');
  await expect.poll(() => note(app).innerText()).toContain('out of sight');
  await button(app, 'Show it').click();
  await expect.poll(() => isRinged(app, '[data-tour="tape"]')).toBe(true);

  // Panned, zoomed and resized, the ring stays where it belongs.
  await button(app, 'Do it for me').click();
  await atStep(app, 4);
  await app.still();
  await app.page.mouse.move(500, 300);
  await app.page.mouse.wheel(0, 120);
  await app.page.setViewportSize({ width: 1180, height: 760 });
  await app.still();
  expect(await isRinged(app, '[data-canvas] [data-node="loss"]')).toBe(true);

  // In another tab it waits; of an edited network it has nothing to tell.
  await keyboard.press('Alt+n');
  await expect.poll(() => note(app).innerText()).toContain('waits in the tab autograd');
  await button(app, 'Back to it').click();
  // The canvas begins at the left again; where the run tells of itself only then, it has followed that.
  await app.still();
  if ((await note(app).innerText()).includes('out of sight')) await button(app, 'Show it').click();
  await atStep(app, 4);
  await app.select('square');
  await app.set('exponent', '3');
  await expect.poll(() => note(app).innerText()).toContain('was edited');
  await keyboard.press('Escape');
  await keyboard.press('Control+z');
  expect(await note(app).count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});

test('Escape ends it, and so does closing its tab', async () => {
  const app = await App.open(harness);
  const begin = async () => {
    await app.page.getByRole('button', { name: 'Menu', exact: true }).click();
    await app.page.getByRole('menuitem', { name: 'Help' }).click();
    await app.page.getByRole('menuitem', { name: /^Guided tour/ }).click();
    await atStep(app, 1);
  };
  await begin();
  await app.page.keyboard.press('Escape');
  await expect.poll(() => note(app).count()).toBe(0);
  await begin();
  await app.page.keyboard.press('Alt+w');
  await expect.poll(() => note(app).count()).toBe(0);
  expect(app.errors).toEqual([]);
  await app.close();
});
