import { diagnostic, invalidSetting } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { nodeKinds } from '../nodes/index.ts';
import { type Settings, settingProblem } from '../nodes/settings.ts';
import type { Writer } from './owner.ts';

/** A change of a live setting, in force from `iteration` on. A run is a function of document, seed and this log. */
export interface LiveChange {
  readonly iteration: number;
  readonly node: string;
  readonly setting: string;
  readonly value: number;
}

/** The settings that may change during a run, and the log of their changes. */
export class LiveSettings {
  /** Changes since the start, those to come included. */
  readonly changes: LiveChange[] = [];
  readonly #writers: readonly Writer[];

  constructor(writers: readonly Writer[]) {
    this.#writers = writers;
  }

  of(node: string): Settings | undefined {
    return this.#writer(node)?.settings;
  }

  /** Logs a change for `iteration`. Returns what is wrong with it, if anything. */
  set(change: LiveChange): Diagnostic | undefined {
    const { node, setting, value } = change;
    const kind = this.#writer(node)?.spec.kind;
    const schema = kind === undefined ? undefined : nodeKinds.get(kind)?.settings[setting];
    const problem = schema?.live === true ? settingProblem(schema, value) : ({ reason: 'fixed' } as const);
    if (problem !== undefined)
      return diagnostic(
        'invalid-setting',
        { node },
        invalidSetting({ kind: kind ?? node, setting, got: value }, problem),
      );
    // Whoever changes the past has another future.
    const later = this.changes.findIndex((one) => one.iteration > change.iteration);
    if (later >= 0) this.changes.splice(later);
    this.changes.push(change);
    return undefined;
  }

  /** Puts in force what the log says up to `iteration`. */
  apply(iteration: number): void {
    for (const change of this.changes)
      if (change.iteration <= iteration) this.#writer(change.node)?.set(change.setting, change.value);
  }

  /** Puts in force what was so before `iteration`. */
  rewind(iteration: number): void {
    for (const writer of this.#writers) writer.settings = writer.spec.settings;
    this.apply(iteration);
  }

  /** Starts a new log. The last values stay, so the new log begins with them. */
  restart(): void {
    this.apply(Number.POSITIVE_INFINITY);
    const last = new Map(
      this.changes.map((change) => [`${change.node}.${change.setting}`, { ...change, iteration: 0 }]),
    );
    this.changes.splice(0, Number.POSITIVE_INFINITY, ...last.values());
  }

  #writer(node: string): Writer | undefined {
    return this.#writers.find((writer) => writer.spec.node === node);
  }
}
