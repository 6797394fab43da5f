import { defineFiled, type FileDataset } from './dataset.ts';
import { imageOutputs, loadIdxSplit } from './idx_dataset.ts';

const CLASSES = 10;

/** The same, with its files under other names: `folder` stands before them. */
export const mnistIn = (folder: string): FileDataset =>
  defineFiled({
    name: 'mnist',
    async load(_settings, files) {
      const split = (prefix: string) =>
        loadIdxSplit(files, `${folder}${prefix}-images-idx3-ubyte`, `${folder}${prefix}-labels-idx1-ubyte`, CLASSES);
      return { outputs: imageOutputs(await split('train'), await split('t10k')) };
    },
  });

/**
 * The handwritten digits of LeCun, Cortes and Burges, shipped with the app: pixels in [0, 1], not standardised.
 * No settings. Outputs: `images` (60000 × 784, f32; test 10000 × 784), `labels` (60000, i32; test 10000).
 */
export const mnist = mnistIn('mnist/');
