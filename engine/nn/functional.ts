/** PyTorch: `torch.nn.functional`, as far as tensors have no method for it. */
export { oneHot } from '../autograd/create.ts';
