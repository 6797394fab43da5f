import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { RENDERER_OUT } from '../../electron/launch/places.ts';
import { serveFolder } from '../../electron/launch/serve.ts';
import type { DebugHandle } from '../../renderer/app/debug_handle.ts';

/** The built app in a real Chromium, and hands to use it with: everything goes through mouse and keyboard. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Harness {
  readonly browser: Browser;
  readonly address: string;
  close(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** What Chromium is told of graphics: that there is none, that the CPU is to imitate it, or to take what Vulkan has. */
const GRAPHICS = {
  none: ['--disable-gpu'],
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  vulkan: ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-angle=vulkan'],
} as const;

/** Serves `dist` at a free port and starts the browser, with `environment` beside this process's own. */
export async function startHarness(
  graphics: keyof typeof GRAPHICS = 'none',
  environment: NodeJS.ProcessEnv = {},
): Promise<Harness> {
  const port = await freePort();
  const server: Server = await serveFolder(RENDERER_OUT, port);
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', ...GRAPHICS[graphics], '--disable-dev-shm-usage'],
    env: { ...process.env, ...environment },
  });
  return {
    browser,
    address: `http://127.0.0.1:${port}/?e2e`,
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ISOLATING = ['cross-origin-opener-policy', 'cross-origin-embedder-policy'];

/** One page with the app, from an empty profile. */
export class App {
  readonly page: Page;
  /** What the console said that is an error. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
  }

  static async open(
    harness: Harness,
    options: { width?: number; height?: number; theme?: 'light' | 'dark'; scale?: number; isolated?: boolean } = {},
  ): Promise<App> {
    const context = await harness.browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.theme ?? 'light',
      deviceScaleFactor: options.scale ?? 1,
      locale: 'en-US',
    });
    // As a server hands it out that says nothing of isolation.
    if (options.isolated === false)
      await context.route('**/*', async (route) => {
        const response = await route.fetch();
        const headers = Object.fromEntries(
          Object.entries(response.headers()).filter(([name]) => !ISOLATING.includes(name.toLowerCase())),
        );
        await route.fulfill({ response, headers });
      });
    const app = new App(await context.newPage());
    await app.page.goto(harness.address);
    await app.ready();
    return app;
  }

  ready = () => this.page.waitForFunction(() => window.__gradloom !== undefined);

  /** Calls the app's debug handle. */
  ask<K extends 'document' | 'commits' | 'run' | 'losses' | 'frame'>(
    what: K,
  ): Promise<Awaited<ReturnType<DebugHandle[K]>>> {
    return this.page.evaluate((name) => {
      const handle = window.__gradloom;
      if (!handle) throw new Error('the app offers no debug handle');
      return handle[name]();
    }, what) as Promise<Awaited<ReturnType<DebugHandle[K]>>>;
  }

  async newDocument(): Promise<void> {
    await this.page.keyboard.press('Alt+n');
    await this.page.locator('[data-canvas]').waitFor();
  }

  /** Opens `text`, repeated `times` times, as if the user had chosen such a file. */
  async openText(text: string, name: string, times = 1): Promise<void> {
    await this.page.evaluate(
      ([content, fileName, count]) => {
        const parts = Array.from({ length: count }, () => content);
        const file = { name: fileName, getFile: async () => new File(parts, fileName) };
        Object.assign(window, { showOpenFilePicker: async () => [file] });
      },
      [text, name, times] as const,
    );
    await this.page.keyboard.press('Control+o');
  }

  async centre(selector: string): Promise<Point> {
    const target = this.page.locator(selector).first();
    await target.waitFor();
    const box = await target.boundingBox();
    if (!box) throw new Error(`${selector} is not on the screen`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Presses at `from`, moves there in steps and lets go. */
  async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 6 });
    await mouse.up();
  }

  /** Drags a kind from the palette to a place on the canvas, measured from its corner. */
  async place(kind: string, at: Point): Promise<void> {
    const item = this.page.locator(`[data-palette-item="${kind}"]`);
    await item.scrollIntoViewIfNeeded();
    const canvas = await this.page.locator('[data-canvas]').boundingBox();
    const before = await this.page.locator('[data-node]').count();
    await this.drag(await this.centre(`[data-palette-item="${kind}"]`), {
      x: (canvas?.x ?? 0) + at.x,
      y: (canvas?.y ?? 0) + at.y,
    });
    await this.page.waitForFunction((n) => document.querySelectorAll('[data-node]').length > n, before);
  }

  /** Draws a wire with the mouse, from `node.port` to `node.port`. */
  async wire(from: string, to: string): Promise<void> {
    const port = (address: string, side: 'source' | 'target') => {
      const [node, name] = address.split('.');
      return this.centre(`[data-node="${node}"] .react-flow__handle.${side}[data-port="${name}"]`);
    };
    await this.drag(await port(from, 'source'), await port(to, 'target'));
  }

  async select(node: string): Promise<void> {
    await this.page.locator(`[data-node="${node}"] header`).click();
    await this.page.locator('[data-inspector] [data-name-field]').waitFor();
  }

  /** Types a value into the inspector's form. */
  async set(name: string, value: string): Promise<void> {
    const field = this.page.locator(`[data-setting="${name}"]`);
    await field.fill(value);
    await field.press('Enter');
  }

  async command(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).first().click();
  }

  /** Resolves once the run is in this state and, when it has stopped, the numbers of its last iteration are on the screen. */
  async waitForRun(state: 'running' | 'paused' | 'finished'): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => {
        const run = window.__gradloom?.run();
        // Transitions and frames come each in their own time.
        const arrived = wanted === 'running' || (window.__gradloom?.frame()?.step ?? 0) === run?.step;
        return run?.state === wanted && arrived;
      },
      state,
      { timeout: 120_000 },
    );
    await this.painted();
  }

  /** Resolves when `count` more frames of telemetry have come, one after another. */
  frames(count: number): Promise<void> {
    return this.page.evaluate(async (wanted) => {
      for (let seen = 0, before = window.__gradloom?.frame(); seen < wanted; ) {
        await new Promise(requestAnimationFrame);
        const frame = window.__gradloom?.frame();
        if (frame !== before) seen++;
        before = frame;
      }
    }, count);
  }

  /**
   * Resolves when so many frames of telemetry have come one after another for which React committed nothing. Other things commit,
   * too (the run has begun, the engine is slow to answer on a busy machine), but not with every frame.
   */
  async quietFrames(count: number): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      const before = await this.ask('commits');
      await this.frames(count);
      if ((await this.ask('commits')) === before) return;
    }
    throw new Error(`React committed something in each of ten rows of ${count} frames`);
  }

  /** Resolves when all that the page knows now is drawn. */
  painted(): Promise<void> {
    return this.page.evaluate(async () => {
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    });
  }

  /** Resolves when a picture can be taken: the fonts are there, and nothing moves but what never stops. */
  async still(): Promise<void> {
    await this.painted();
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);
      await Promise.allSettled(ending.map((animation) => animation.finished));
      // The canvas glides by script, a little in every frame.
      const place = () => document.querySelector('.react-flow__viewport')?.getAttribute('style');
      for (let same = 0, before = place(); same < 10; ) {
        await new Promise(requestAnimationFrame);
        const now = place();
        same = now === before ? same + 1 : 0;
        before = now;
      }
    });
  }

  async close(): Promise<void> {
    const context = this.page.context();
    // What is still on its way to a page that goes need not arrive.
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  }
}

/** Builds the XOR network on an empty canvas: XOR → Linear(8) → Tanh → Linear(1) → BCEWithLogitsLoss, Adam at 0.05. */
export async function buildXor(app: App): Promise<void> {
  await app.place('XOR', { x: 100, y: 90 });
  await app.place('Linear', { x: 320, y: 90 });
  await app.select('linear1');
  await app.set('outFeatures', '8');
  await app.place('Tanh', { x: 540, y: 90 });
  await app.place('Linear', { x: 100, y: 250 });
  await app.select('linear2');
  await app.set('outFeatures', '1');
  await app.place('BCEWithLogitsLoss', { x: 320, y: 280 });
  await app.place('Adam', { x: 540, y: 280 });
  await app.select('adam1');
  await app.set('lr', '0.05');
  await app.wire('xor1.x', 'linear1.input');
  await app.wire('linear1.output', 'tanh1.input');
  await app.wire('tanh1.output', 'linear2.input');
  await app.wire('linear2.output', 'bcewithlogitsloss1.input');
  await app.wire('xor1.y', 'bcewithlogitsloss1.target');
  await app.wire('bcewithlogitsloss1.loss', 'adam1.loss');
}
