import { Body, type Local } from './assembler.ts';

/** The body of a kernel, with its two parameters: the block of words that describes the work, in bytes, and the part to be done. */
export function kernelBody(): { readonly body: Body; readonly block: Local; readonly part: Local } {
  const body = new Body(['i', 'i']);
  const [block, part] = body.params;
  if (block === undefined || part === undefined) throw new Error('a kernel has two parameters');
  return { body, block, part };
}

/** Word `at` of the block. */
export const word = (body: Body, block: Local, at: number): Local => body.load('i32.load', block, 4 * at);
