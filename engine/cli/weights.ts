import { readFileSync } from 'node:fs';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic } from '../graph/document.ts';
import { type GivenWeights, readWeights } from '../program/given_weights.ts';
import { reasonOf } from './output.ts';

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
]);

/** The tensors of a safetensors file, or why it cannot be read. */
export function readWeightsFile(file: string): GivenWeights | Diagnostic[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = reasons.get(code) ?? reasonOf(error);
    const remedy = 'Name a safetensors file that you may read, as gradloom train --save writes it';
    return [diagnostic('weights-unreadable', {}, { file, reason, remedy })];
  }
  return readWeights(file, bytes);
}
