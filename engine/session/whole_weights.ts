import type { TypedArray } from '../tensor/dtype.ts';
import { numel, type Shape } from '../tensor/shape.ts';
import { macrotask } from './pump.ts';
import type { Session } from './session.ts';

/** A parameter of a run with its values, row-major. */
export interface Weight {
  /** `model/linear1.weight` */
  readonly address: string;
  readonly shape: Shape;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Bytes that are read at a stretch, a few milliseconds. */
const STRETCH = 8 * 2 ** 20;

/**
 * The weights of a run as whole iterations have left them, in draw order and in pieces: in the midst of an update those that the
 * iteration began with. They are those of one moment: a run that is under way waits until they are read, and others have their say
 * between two pieces. Undefined where nobody knows them any more: the device has failed, or some parameters are updated, others not
 * yet, and what they were is forgotten.
 */
export async function wholeWeights(session: Session): Promise<Weight[][] | undefined> {
  // What a run was before an update nobody remembers; it soon is over.
  while (session.state === 'running' && session.cursor.phase === 'update') await macrotask();
  // A loss that was not read yet may take the run back.
  session.settle();
  const reading = read(session);
  session.held = reading.catch(() => undefined);
  try {
    return await reading;
  } finally {
    session.held = undefined;
  }
}

async function read(session: Session): Promise<Weight[][] | undefined> {
  const { phase, entry } = session.cursor;
  const isUpdating = phase === 'update' && entry > 0;
  const before = isUpdating ? session.view.beginning() : undefined;
  if (isUpdating && before === undefined) return undefined;
  const weights = session.program.parameters.map(
    ({ address, shape }): Weight => ({ address, shape, values: new Float32Array(numel(shape)) }),
  );
  for (const parts of stretchesOf(weights)) {
    if (before !== undefined) recall(before, parts);
    else if (!session.look(() => readNow(session, parts), false)) return undefined;
    await macrotask();
  }
  return piecesOf(weights);
}

/** A parameter, or some rows of a large one, and where its elements go. */
interface Part {
  readonly address: string;
  /** The first of its elements. */
  readonly start: number;
  readonly rows?: { readonly from: number; readonly to: number };
  readonly into: Float32Array;
}

/** What is read at a stretch. */
function* stretchesOf(weights: readonly Weight[]): Generator<readonly Part[]> {
  let parts: Part[] = [];
  let bytes = 0;
  for (const { address, shape, values } of weights) {
    if (values.byteLength > STRETCH) {
      const [rows = 1] = shape;
      const row = values.length / rows;
      const atOnce = Math.max(1, Math.floor(STRETCH / (row * values.BYTES_PER_ELEMENT)));
      for (let from = 0; from < rows; from += atOnce) {
        const to = Math.min(rows, from + atOnce);
        yield [{ address, start: from * row, rows: { from, to }, into: values.subarray(from * row, to * row) }];
      }
      continue;
    }
    if (bytes + values.byteLength > STRETCH) {
      yield parts;
      parts = [];
      bytes = 0;
    }
    parts.push({ address, start: 0, into: values });
    bytes += values.byteLength;
  }
  if (parts.length > 0) yield parts;
}

function readNow(session: Session, parts: readonly Part[]): true {
  const { backend } = session;
  backend.scope(() => {
    const arrays = parts.flatMap(({ address, rows }) => {
      const array = session.parameter(address) ?? [];
      return rows === undefined || Array.isArray(array) ? array : backend.slice(array, 0, rows.from, rows.to);
    });
    const into = parts.map((part) => part.into);
    if (backend.readAllSync !== undefined) backend.readAllSync(arrays, into);
    else for (const [i, array] of arrays.entries()) backend.readSync(array, into[i]);
  });
  return true;
}

function recall(before: ReadonlyMap<string, TypedArray>, parts: readonly Part[]): void {
  for (const { address, start, into } of parts)
    into.set(before.get(address)?.subarray(start, start + into.length) ?? []);
}

/** As they are given out. One at least, if an empty one. */
function piecesOf(weights: readonly Weight[]): Weight[][] {
  const pieces: Weight[][] = [[]];
  let bytes = 0;
  for (const weight of weights) {
    const { byteLength } = weight.values;
    if (bytes > 0 && bytes + byteLength > STRETCH) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(weight);
    bytes += byteLength;
  }
  return pieces;
}
