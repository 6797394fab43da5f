/** The second half of the public API: documents, what is wrong with them, and sessions that train them. */
export { createCpuBackend } from './backends/cpu.ts';
export { createReferenceBackend } from './backends/reference/reference.ts';
export { nodeFiles } from './data/node_files.ts';
export { checkDocument } from './graph/check.ts';
export type { Diagnostic, GraphDocument } from './graph/document.ts';
export { formatDocument } from './graph/format.ts';
export { parseDocument } from './graph/parse.ts';
export { nodeKinds } from './nodes/index.ts';
export { operations } from './ops/index.ts';
export { Session } from './session/session.ts';
