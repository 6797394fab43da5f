/** Operations that PyTorch also has as modules, where these are not called as the operation is. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['gelu', 'GELU'],
  ['leakyRelu', 'LeakyReLU'],
  ['logSoftmax', 'LogSoftmax'],
  ['relu', 'ReLU'],
]);

/** The class of `torch.nn` that does what an operation does: `relu` → `ReLU`. */
export const activationClass = (op: string): string => NAMES.get(op) ?? op.slice(0, 1).toUpperCase() + op.slice(1);
