import type { Diagnostic } from '../graph/document.ts';
import { fullMemory } from '../session/full_memory.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isDiagnostic = (value: unknown): value is Diagnostic =>
  isRecord(value) &&
  typeof value.code === 'string' &&
  typeof value.message === 'string' &&
  typeof value.hint === 'string';

/** A request for a session that this engine does not hold. */
export const unknownSession = (session: string): Diagnostic => ({
  code: 'engine.unknown-session',
  severity: 'error',
  message: `The engine holds no run called ${session}.`,
  hint: 'Press Train to start one.',
});

/** What was sent is none of the messages of messages.ts. */
export const unknownRequest = (type: unknown): Diagnostic => ({
  code: 'engine.unknown-request',
  severity: 'error',
  message: `The engine does not know the request "${String(type)}".`,
  hint: 'Reload the page, so that both halves of Gradloom are of one version.',
});

/** A run is compared with the reference where it stands still. */
export const isUnderWay: Diagnostic = {
  code: 'engine.under-way',
  severity: 'error',
  message: 'The run is under way: its numbers change while they would be checked.',
  hint: 'Press Pause first, then check again.',
};

/** No iteration has begun. */
export const nothingToCompare: Diagnostic = {
  code: 'engine.nothing-computed',
  severity: 'error',
  message: 'The run has computed nothing yet that could be checked.',
  hint: 'Train or step first, then check again.',
};

/** It was begun at a moment at which the run no longer stands. */
export const comparisonEnded: Diagnostic = {
  code: 'engine.moved-on',
  severity: 'error',
  message: 'The run has moved on before all of it was checked.',
  hint: 'Pause it where you want it checked, and check again.',
};

/** The weights that were asked for are not there: another run has taken its place, or the device has failed. */
export const weightsGone: Diagnostic = {
  code: 'engine.weights-gone',
  severity: 'error',
  message: 'The run was lost or replaced before all of its weights were read.',
  hint: 'Try again.',
};

/** Some parameters are those of this iteration, others those of the one before. */
export const halfUpdated: Diagnostic = {
  code: 'engine.half-updated',
  severity: 'error',
  message: 'The run stands in the middle of an update: some of its weights are new, others are not yet.',
  hint: 'Press Next entry until the iteration is over, then try again.',
};

/** Whatever was thrown, as diagnostics: those it carries, its own code and hint, or at least its message. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (isDiagnostic(error)) {
    // An Error does not survive the way between threads as what it is; a plain object does.
    const { code, message, hint } = error;
    const place = {
      ...(typeof error.node === 'string' ? { node: error.node } : {}),
      ...(typeof error.port === 'string' ? { port: error.port } : {}),
    };
    const values = isRecord(error.values) ? { values: error.values } : {};
    return [{ code, severity: error.severity ?? 'error', ...place, message, hint, ...values }];
  }
  if (isRecord(error) && Array.isArray(error.diagnostics)) {
    const carried = error.diagnostics.filter(isDiagnostic);
    if (carried.length > 0) return carried;
  }
  const full = fullMemory(error);
  if (full !== undefined) return [full];
  return [
    {
      code: 'engine.failed',
      severity: 'error',
      message: error instanceof Error ? error.message : String(error),
      hint: 'Reset and train again; if it happens again, report it with the document.',
    },
  ];
}
