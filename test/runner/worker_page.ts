import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { type Browser, chromium, type JSHandle, type Page } from 'playwright-core';
import { build } from 'vite';
import { ROOT } from '../../electron/launch/places.ts';
import { addressOf, serveFolder } from '../../electron/launch/serve.ts';
import { freePort } from '../e2e/app.ts';

/** Builds scripts by their names, and an empty page beside them, into a folder. */
export async function buildWorkers(folder: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    // Of what others depend on there is much to say, and nothing to do.
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2024',
      modulePreload: false,
      rolldownOptions: {
        input: { ...scripts },
        preserveEntrySignatures: false,
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  });
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Gradloom: workers</title>');
}

/** An isolated page of a real Chromium with nothing in it but workers. */
export class WorkerPage {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #page: Page;

  private constructor(browser: Browser, server: Server, page: Page) {
    this.#browser = browser;
    this.#server = server;
    this.#page = page;
  }

  /** Serves a folder, and opens its page in a browser with these flags. */
  static async open(folder: string, executablePath: string, flags: readonly string[]): Promise<WorkerPage> {
    const port = await freePort();
    const server = await serveFolder(folder, port);
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-dev-shm-usage', ...flags],
    });
    const page = await browser.newPage();
    await page.goto(addressOf(port));
    return new WorkerPage(browser, server, page);
  }

  hasWebgpu = (): Promise<boolean> => this.#page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);

  /** Starts a worker: one of the scripts in the folder. */
  async start<Asked, Told>(script: string): Promise<PageWorker<Asked, Told>> {
    return new PageWorker(await this.#page.evaluateHandle(startWorker, `/${script}.js`));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A worker that is asked one thing after another, and answers each. */
export class PageWorker<Asked, Told> {
  readonly #worker: JSHandle<StartedWorker>;

  constructor(worker: JSHandle<StartedWorker>) {
    this.#worker = worker;
  }

  /** Rejects when the worker cannot be loaded, or has failed at something that it did not catch. */
  ask(asked: Asked): Promise<Told> {
    return this.#worker.evaluate(answerOf<Told>, asked as unknown);
  }
}

interface StartedWorker {
  readonly worker: Worker;
  /** Rejects when it answers no more. */
  readonly lost: Promise<never>;
}

// What follows runs in the page.

function startWorker(address: string): StartedWorker {
  const worker = new Worker(address, { type: 'module' });
  const lost = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message || 'the worker does not load'));
  });
  // Heard of when it is asked for something.
  lost.catch(() => undefined);
  return { worker, lost };
}

function answerOf<Told>({ worker, lost }: StartedWorker, asked: unknown): Promise<Told> {
  const answered = new Promise<Told>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(asked);
  });
  return Promise.race([answered, lost]);
}
