import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { decodeSafetensors, type StoredTensor } from '../tensor/safetensors/decode.ts';
import { SafetensorsError } from '../tensor/safetensors/safetensors_error.ts';
import { formatShape, type Shape, sameShape } from '../tensor/shape.ts';

/** Weights to start from instead of drawn ones. */
export interface GivenWeights {
  /** What messages call them: the name of their file. */
  readonly file: string;
  /** By the names of a state_dict. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * The name of a parameter in a state_dict: `model/linear1.weight` is `model.linear1.weight`. Ids hold neither dots nor slashes,
 * so no two addresses share one.
 */
export const stateName = (address: string): string => address.replaceAll('/', '.');

/** The tensors of a safetensors file that is called `file`, or what is wrong with it. */
export function readWeights(file: string, bytes: Uint8Array): GivenWeights | Diagnostic[] {
  try {
    return { file, tensors: decodeSafetensors(bytes) };
  } catch (error) {
    if (error instanceof SafetensorsError)
      return [diagnostic('weights-unreadable', {}, { file, reason: error.message, remedy: error.hint })];
    throw error;
  }
}

/** So many names are told. */
const TOLD = 6;

const listed = (names: readonly string[]): string =>
  names.length <= TOLD ? names.join(', ') : `${names.slice(0, TOLD).join(', ')}, … (${names.length})`;

/**
 * The given value of every parameter, by address; or all that does not fit, told at once: as PyTorch's `load_state_dict`, which
 * is strict, too.
 */
export function weightsByAddress(
  parameters: Iterable<{ readonly address: string; readonly shape: Shape }>,
  { file, tensors }: GivenWeights,
): Map<string, Float32Array> | Diagnostic[] {
  const found = new Map<string, Float32Array>();
  const diagnostics: Diagnostic[] = [];
  const missing: string[] = [];
  const unexpected = new Set(tensors.keys());
  for (const { address, shape } of parameters) {
    const name = stateName(address);
    const given = tensors.get(name);
    unexpected.delete(name);
    if (given === undefined) missing.push(name);
    else if (given.values instanceof Float32Array && sameShape(given.shape, shape)) found.set(address, given.values);
    else {
      const got = `${given.dtype} of ${formatShape(given.shape)}`;
      diagnostics.push(diagnostic('weights-shape', {}, { file, name, got, expected: `F32 of ${formatShape(shape)}` }));
    }
  }
  if (missing.length > 0) diagnostics.push(diagnostic('weights-missing', {}, { file, names: listed(missing) }));
  if (unexpected.size > 0)
    diagnostics.push(diagnostic('weights-unexpected', {}, { file, names: listed([...unexpected]) }));
  return diagnostics.length > 0 ? diagnostics : found;
}
