import type { Value, Values } from '../nodes/builder.ts';
import { SettingsClash } from '../nodes/settings.ts';
import { formatShape, MAX_ELEMENTS, numel, type Shape, ShapeError, sameShape } from '../tensor/shape.ts';
import { diagnostic, functionFailed, invalidSetting, shownValue } from './diagnostics.ts';
import type { Diagnostic } from './document.ts';
import { FailedFunction, OutputCount } from './functions.ts';
import type { Structure } from './structure.ts';
import { ParamError, TooManyNodes, type Visit } from './walk.ts';

/** Times that one node runs in one pass: each is recorded. */
const MAX_ITERATIONS = 10_000;

/** A node asked for a value that no machine here holds: it counts as failed, and what hangs on it is passed over. */
class TooLarge extends Error {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super(`a value of shape ${formatShape(shape)} is too large`);
    this.shape = shape;
  }
}

/** A loop would run its body more often than is recorded. */
class TooOften extends Error {
  readonly count: number;
  constructor(count: number) {
    super(`a body would run ${count} times`);
    this.count = count;
  }
}

/** What a loop carries would change its shape or type. */
class CarriedError extends Error {
  readonly index: number;
  readonly expected: Value;
  readonly got: Value;
  constructor(index: number, expected: Value, got: Value) {
    super('the carried value changes');
    this.index = index;
    this.expected = expected;
    this.got = got;
  }
}

export const grouped = (count: number): string => count.toLocaleString('en-US');

/** The value, if a machine can hold it. @throws where none can */
export function limited<V extends Value>(value: V): V {
  if (numel(value.shape) > MAX_ELEMENTS) throw new TooLarge(value.shape);
  return value;
}

/** @throws where a loop would run its body more often than is recorded */
export function requireRecorded(times: number): void {
  if (times > MAX_ITERATIONS) throw new TooOften(times);
}

/** @throws where what a loop carries would change */
export function requireCarried(index: number, start: Value | undefined, next: Value): Value {
  if (start !== undefined && (!sameShape(start.shape, next.shape) || start.dtype !== next.dtype))
    throw new CarriedError(index, start, next);
  return { shape: next.shape, dtype: next.dtype };
}

/** What the user is told of a node that could not be lowered. */
export function problemOf(structure: Structure, visit: Visit, inputs: Values, error: unknown): Diagnostic {
  const { id: node, kind, module } = visit;
  const place = { ...(module === undefined ? {} : { module }), node };
  if (error instanceof TooLarge)
    return diagnostic('too-large', place, {
      kind: kind.kind,
      shape: formatShape(error.shape),
      count: grouped(numel(error.shape)),
      limit: grouped(MAX_ELEMENTS),
    });
  if (error instanceof TooOften)
    return diagnostic('too-many-iterations', place, {
      kind: kind.kind,
      count: grouped(error.count),
      limit: grouped(MAX_ITERATIONS),
    });
  if (error instanceof TooManyNodes) return diagnostic('too-many-nodes', {}, { limit: grouped(100_000) });
  if (error instanceof ParamError) {
    const got = shownValue(error.got);
    return diagnostic(
      'invalid-setting',
      place,
      invalidSetting({ kind: kind.kind, setting: error.setting, got }, error.problem),
    );
  }
  if (error instanceof SettingsClash) return diagnostic(error.code, place, { node, ...error.values });
  if (error instanceof FailedFunction) return functionFailed(place, error.problem);
  if (error instanceof OutputCount) {
    const { expected, got } = error;
    return diagnostic('function-outputs', place, { kind: kind.kind, expected, got });
  }
  if (error instanceof CarriedError) {
    const port = kind.inner?.targets[error.index]?.name ?? '';
    const within = module === undefined ? structure : structure.modules.get(module);
    const wire = within?.incoming.get(`${node}.${port}`)?.from ?? `${node}.${port}`;
    const told = ({ shape, dtype }: Value, other: Value) =>
      dtype === other.dtype ? formatShape(shape) : `${formatShape(shape)} of ${dtype}`;
    const { expected, got } = error;
    return diagnostic(
      'carried-shape',
      { ...place, port },
      { wire, expected: told(expected, got), got: told(got, expected) },
    );
  }
  const ports = Object.entries(inputs).filter(
    ([, value]) => error instanceof ShapeError && formatShape(value.shape) === error.got,
  );
  // Where several or none are the one that was complained about: the last has to fit what came before it.
  const port = (ports.length === 1 ? ports[0]?.[0] : undefined) ?? Object.keys(inputs).at(-1);
  const reason = error instanceof Error ? error.message : String(error);
  const { expected, got } =
    error instanceof ShapeError ? error : { expected: 'settings that fit together', got: 'these' };
  return diagnostic(
    'shape-mismatch',
    { ...place, ...(port === undefined ? {} : { port }) },
    { reason, expected, got, port: port ?? node },
  );
}
