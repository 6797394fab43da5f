import { TorchGenerator } from '../random/torch.ts';

const DEFAULT_SEED = 0;
const generator = new TorchGenerator(DEFAULT_SEED);

/** Where modules draw their weights and masks from, unless told otherwise. */
export const defaultGenerator = (): TorchGenerator => generator;

/** PyTorch: `torch.manual_seed`. */
export const manualSeed = (seed: number | bigint): void => generator.seed(seed);
