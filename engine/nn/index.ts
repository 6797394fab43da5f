/** PyTorch: `torch.nn`. */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh } from './activations.ts';
export { Dropout, Flatten, Linear, Sequential } from './layers.ts';
export { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss } from './losses.ts';
export { Module } from './module.ts';
