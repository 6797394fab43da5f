import type { Diagnostic } from '../graph/document.ts';
import { type GivenWeights, weightsByAddress } from '../program/given_weights.ts';
import { encodeSafetensors } from '../tensor/safetensors/encode.ts';
import type { StateEntry } from './exported.ts';

/** The file of trained weights that code loads: under the names that the code has for them. Or why they do not fit it. */
export function weightsFile(state: readonly StateEntry[], given: GivenWeights): Uint8Array<ArrayBuffer> | Diagnostic[] {
  const found = weightsByAddress(state, given);
  if (!(found instanceof Map)) return found;
  return encodeSafetensors(
    state.map(({ name, address, shape }) => ({ name, shape, values: found.get(address) ?? new Float32Array() })),
  );
}
