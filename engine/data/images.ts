import type { Tensor } from '../autograd/tensor.ts';
import type { FileDataset, FileSource } from './dataset.ts';
import { tensorOf } from './drawn.ts';
import { idx as idxSet } from './idx_dataset.ts';
import { mnistIn } from './mnist.ts';
import { urlFiles } from './url_files.ts';

/** Images, one per row, and the class of each: (N, elements) and (N), i32. */
export interface LabelledImages {
  readonly images: Tensor;
  readonly labels: Tensor;
}

/** IDX files by their names in the folder. */
export interface IdxFiles {
  readonly images: string;
  readonly labels: string;
  /** How many classes there are: a label is one of 0 … classes − 1. Absent: any whole number from 0 on is one. */
  readonly classes?: number;
}
export interface IdxTestFiles {
  readonly testImages: string;
  readonly testLabels: string;
}

async function loaded(record: FileDataset, settings: object, files: FileSource) {
  const { outputs } = await record.load({ ...settings }, files);
  return (split: 'train' | 'test'): LabelledImages => {
    const [images, labels] = outputs.map((output) => output[split]);
    if (images === undefined || labels === undefined) throw new Error(`there are no images to ${split}`);
    return { images: tensorOf(images), labels: tensorOf(labels) };
  };
}

/**
 * Labelled images in IDX files of a folder: a URL, or a path from where the program runs. Bytes are divided by 255.
 * @throws DataError, or AggregateError of several, for files that are missing or cannot be used
 */
export async function idx(
  folder: URL | string,
  files: IdxFiles & IdxTestFiles,
): Promise<{ readonly train: LabelledImages; readonly test: LabelledImages }>;
export async function idx(folder: URL | string, files: IdxFiles): Promise<{ readonly train: LabelledImages }>;
export async function idx(folder: URL | string, files: IdxFiles & Partial<IdxTestFiles>) {
  const split = await loaded(idxSet, files, urlFiles(folder));
  const train = split('train');
  return files.testImages === undefined ? { train } : { train, test: split('test') };
}

/**
 * Handwritten digits from the four files of MNIST in a folder, `train-images-idx3-ubyte` and so on: 60,000 images of 784 pixels in
 * [0, 1] to train on, 10,000 to test on.
 * @throws DataError, or AggregateError of several, for files that are missing or cannot be used
 */
export async function mnist(
  folder: URL | string,
): Promise<{ readonly train: LabelledImages; readonly test: LabelledImages }> {
  const split = await loaded(mnistIn(''), {}, urlFiles(folder));
  return { train: split('train'), test: split('test') };
}
