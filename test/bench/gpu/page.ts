import type { Server } from 'node:http';
import { type Browser, chromium, type Page } from 'playwright-core';
import { serveFolder } from '../../../electron/launch/serve.ts';
import { freePort } from '../../e2e/app.ts';
import { type AdapterChoice, browserFlags, type FoundAdapter, lookForAdapter } from './adapters.ts';
import { PageContender, startWorker } from './page_contender.ts';

/** An isolated page of a real Chromium, in which the contenders are workers. */
export class BenchPage {
  readonly adapter: FoundAdapter;
  readonly browserName: string;
  readonly #page: Page;
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(page: Page, adapter: FoundAdapter, browser: Browser, server: Server) {
    this.#page = page;
    this.#browser = browser;
    this.#server = server;
    this.adapter = adapter;
    this.browserName = `Chromium ${browser.version()}`;
  }

  /** Opens it on a real adapter or on one of software, as wanted; by default on a real one if there is any. */
  static async open(folder: string, wanted: AdapterChoice | undefined): Promise<BenchPage> {
    const port = await freePort();
    const server = await serveFolder(folder, port);
    for (const choice of wanted === undefined ? (['real', 'software'] as const) : [wanted]) {
      const browser = await chromium.launch({
        executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage', ...browserFlags[choice]],
      });
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const adapter = await page.evaluate(lookForAdapter);
      if (adapter !== undefined && adapter.isSoftware === (choice === 'software'))
        return new BenchPage(page, adapter, browser, server);
      await browser.close();
    }
    server.close();
    throw new Error(`Chromium finds no ${wanted ?? 'usable'} adapter for WebGPU here.`);
  }

  /** Starts a contender: one of the scripts in the folder. */
  async start(name: string, script: string): Promise<PageContender> {
    return new PageContender(name, await this.#page.evaluateHandle(startWorker, { name, address: `/${script}.js` }));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}
