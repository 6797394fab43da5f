import { afterAll, beforeAll, expect, test } from 'vitest';
import { example } from '../example.ts';
import { type Harness, startHarness } from './app.ts';
import { Engine } from './engine.ts';
import { expectToStand, openIn } from './stop.ts';

/** Keys that come faster than a stop is shown: none is lost, also while the session is being made for the first. */

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness.close());

test.each([
  { name: 'in a burst', presses: 25, pause: 0 },
  { name: 'as of a key that is held', presses: 30, pause: 33 },
])('every press of F10 $name is one entry, and Ctrl+F10 after it one back', async ({ presses, pause }) => {
  const net = example('dynamic-net');
  const engine = await Engine.of(net);
  const app = await openIn(harness, net);
  const { page } = app;
  // Sent from inside the page, so that nothing waits for one to be handled before the next.
  await page.evaluate(
    async ({ presses, pause }) => {
      const press = (ctrlKey: boolean) =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'F10', ctrlKey, bubbles: true, cancelable: true }),
        );
      for (let i = 0; i < presses; i++) {
        press(false);
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    { presses, pause },
  );
  for (let i = 0; i < presses; i++) await engine.step('entry');
  await expectToStand(app, engine);
  await page.keyboard.press('Control+F10');
  await page.keyboard.press('Control+F10');
  await page.keyboard.press('F10');
  await engine.step('back');
  await expectToStand(app, engine);
  expect(app.errors).toEqual([]);
  await app.close();
});
