/** The public API of `@gradloom/engine`: PyTorch's names in camelCase. */
export { Context, defaultContext, noGrad } from './autograd/context.ts';
export { fromArray, full, ones, tensor, zeros } from './autograd/create.ts';
export { Tensor } from './autograd/tensor.ts';
export type { Backend, NDArray } from './backends/backend.ts';
export { createReferenceBackend } from './backends/reference/reference.ts';
export { checkDocument } from './graph/check.ts';
export type { Diagnostic, GraphDocument } from './graph/document.ts';
export { formatDocument } from './graph/format.ts';
export { parseDocument } from './graph/parse.ts';
export { nodeKinds } from './nodes/index.ts';
export { operations } from './ops/index.ts';
export { TorchGenerator } from './random/torch.ts';
export { Session } from './session/session.ts';
