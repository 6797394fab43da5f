/** PyTorch: `torch.autograd`. */

export { gradcheck } from './check.ts';
export {
  FunctionContext,
  type FunctionGradients,
  type FunctionOutputs,
  OwnFunction as Function,
} from './function.ts';
