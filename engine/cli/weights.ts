import { readFileSync } from 'node:fs';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import type { GivenWeights } from '../program/given_weights.ts';
import { decodeSafetensors } from '../tensor/safetensors/decode.ts';
import { SafetensorsError } from '../tensor/safetensors/safetensors_error.ts';
import { reasonOf } from './output.ts';

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
]);

/** The tensors of a safetensors file, or why it cannot be read. */
export function readWeights(file: string): GivenWeights | Diagnostic[] {
  const unreadable = (reason: string, remedy: string) => [
    diagnostic('weights-unreadable', {}, { file, reason, remedy }),
  ];
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const remedy = 'Name a safetensors file that you may read, as gradloom train --save writes it';
    return unreadable(reasons.get(code) ?? reasonOf(error), remedy);
  }
  try {
    return { file, tensors: decodeSafetensors(bytes) };
  } catch (error) {
    if (error instanceof SafetensorsError) return unreadable(error.message, error.hint);
    throw error;
  }
}
