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

/** Bytes that are read at a stretch, a few milliseconds. A parameter that is larger is read as one. */
const PIECE = 8 * 2 ** 20;

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
  const before = isUpdating ? session.beginning() : undefined;
  if (isUpdating && before === undefined) return undefined;
  const pieces: Weight[][] = [];
  for (const piece of piecesOf(session)) {
    if (pieces.length > 0) await macrotask();
    const values =
      before === undefined ? session.look(() => readNow(session, piece), undefined) : remembered(before, piece);
    if (values === undefined) return undefined;
    pieces.push(
      piece.flatMap(({ address, shape }, i) => {
        const found = values[i];
        return found === undefined ? [] : [{ address, shape, values: found }];
      }),
    );
  }
  return pieces;
}

type Named = Pick<Weight, 'address' | 'shape'>;

/** One at least, if an empty one. */
function piecesOf({ program }: Session): Named[][] {
  const pieces: Named[][] = [[]];
  let bytes = 0;
  for (const { address, shape } of program.parameters) {
    const size = numel(shape) * Float32Array.BYTES_PER_ELEMENT;
    if (bytes > 0 && bytes + size > PIECE) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push({ address, shape });
    bytes += size;
  }
  return pieces;
}

function readNow(session: Session, piece: readonly Named[]): Float32Array<ArrayBuffer>[] {
  const { backend } = session;
  const arrays = piece.flatMap(({ address }) => session.parameter(address) ?? []);
  const into = arrays.map(({ shape }) => new Float32Array(numel(shape)));
  if (backend.readAllSync !== undefined) backend.readAllSync(arrays, into);
  else for (const [i, array] of arrays.entries()) backend.readSync(array, into[i]);
  return into;
}

const remembered = (before: ReadonlyMap<string, TypedArray>, piece: readonly Named[]) =>
  piece.map(({ address }) => Float32Array.from(before.get(address) ?? []));
