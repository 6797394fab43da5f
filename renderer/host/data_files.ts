import { createStore, get, set } from 'idb-keyval';
import type { DataFile } from './types.ts';

/** Data files that the user chose, by their hash: a page may not read them again by their path. */
const chosen = createStore('gradloom-data', 'files');

/** The hash of a file's bytes as documents write it: lower-case hexadecimal. */
async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keeps a file's bytes and returns the entry by which a document lists it. */
export async function keepDataFile(file: File): Promise<DataFile> {
  const bytes = await file.arrayBuffer();
  const sha256 = await sha256Of(bytes);
  await set(sha256, bytes, chosen);
  return { path: file.name, sha256 };
}

/** @throws when the file is neither kept here nor shipped, or is another than the document means */
export async function readDataFile({ path, sha256 }: DataFile): Promise<ArrayBuffer> {
  const kept: unknown = sha256 === undefined ? undefined : await get(sha256, chosen).catch(() => undefined);
  if (kept instanceof ArrayBuffer) return kept;
  const response = await fetch(`/data/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if (sha256 !== undefined && (await sha256Of(bytes)) !== sha256)
    throw new Error(`${path}: not the file that was chosen`);
  return bytes;
}
