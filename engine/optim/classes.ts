/** PyTorch: `torch.optim`. */
export { Adagrad } from './adagrad.ts';
export { Adam } from './adam.ts';
export { AdamW } from './adamw.ts';
export { RMSprop } from './rmsprop.ts';
export { SGD } from './sgd.ts';
