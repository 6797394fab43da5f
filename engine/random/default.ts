import { PythonRandom } from './python.ts';
import { TorchGenerator } from './torch.ts';

const DEFAULT_SEED = 0;
const generator = new TorchGenerator(DEFAULT_SEED);

/** Where modules draw their weights and masks from, data their numbers and batches their order, unless told otherwise. */
export const defaultGenerator = (): TorchGenerator => generator;

/** PyTorch: `torch.manual_seed`. Python's stream has a seed of its own: `random.seed`. */
export const manualSeed = (seed: number | bigint): void => generator.seed(seed);

/** Python's `random`: the stream that the counts of loops are drawn from. */
export const pythonRandom = new PythonRandom(DEFAULT_SEED);
