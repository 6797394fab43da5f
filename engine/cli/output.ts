import type { Diagnostic } from '../graph/document.ts';

export const EXIT = { ok: 0, failed: 1, invalid: 2, interrupted: 130 } as const;

/** One JSON object per line on stdout. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `error[shape-mismatch] linear1.input: …` (in a definition `linear1.input in Net`) and, indented, the remedy; on stderr. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const { code, severity, module, node, port, message, hint } of diagnostics) {
    const place = node === undefined ? '' : ` ${port === undefined ? node : `${node}.${port}`}`;
    const within = module === undefined ? '' : ` in ${module}`;
    process.stderr.write(`${severity}[${code}]${place}${within}: ${message}\n  ${hint}\n`);
  }
}

/** What an error says, without its stack. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const WIDTH = 24;

/** A bar on stderr, drawn at most ten times a second and only where a person looks: on a terminal, without --json. */
export class ProgressBar {
  readonly #shown: boolean;
  #last = 0;
  constructor(shown: boolean) {
    this.#shown = shown && process.stderr.isTTY === true;
  }

  update(done: number, total: number, text: string): void {
    const now = Date.now();
    if (!this.#shown || (now - this.#last < 100 && done < total)) return;
    this.#last = now;
    const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
    process.stderr.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total}  ${text}`);
  }

  /** Clears the line for other output. */
  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
  }
}
