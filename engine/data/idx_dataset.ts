import { numel } from '../tensor/shape.ts';
import { allOf, DataError, grouped } from './data_error.ts';
import { defineFiled, type FileSource, floatRows, type LoadedOutput, labelRows, type Rows } from './dataset.ts';
import { parseIdx } from './idx.ts';
import { countSetting, fileSetting } from './setting.ts';

interface Split {
  readonly images: Rows;
  readonly labels: Rows;
}

/**
 * Images and their labels from two IDX files. An image becomes one row of its elements; bytes are divided by 255 (as
 * torchvision's `ToTensor`), other types are taken as they are.
 * @param classes labels lie in 0 … classes−1; undefined allows any that are not negative.
 * @throws DataError, or AggregateError of several
 */
export async function loadIdxSplit(
  files: FileSource,
  imagesName: string,
  labelsName: string,
  classes: number | undefined,
): Promise<Split> {
  const read = async (name: string) => parseIdx(await files.read(name), name);
  const [images, labels] = await allOf([read(imagesName), read(labelsName)]);
  const count = images.shape[0] ?? 0;
  if (labels.shape.length !== 1)
    throw new DataError(
      'idx-labels',
      `${labelsName} holds ${labels.shape.length} numbers of sizes (${labels.shape.join('×')}), and labels are one value per image.`,
      'Choose the labels file, such as train-labels-idx1-ubyte; perhaps the two files are swapped.',
    );
  if (labels.values.length !== count)
    throw new DataError(
      'idx-count',
      `${imagesName} holds ${grouped(count)} images and ${labelsName} ${grouped(labels.values.length)} labels.`,
      'Choose the two files of the same set.',
    );
  const bad = labels.values.findIndex((label) => !isLabel(label, classes));
  if (bad >= 0)
    throw new DataError(
      'label-range',
      `Label ${labels.values[bad]} at row ${bad} of ${labelsName} is outside ${classes === undefined ? 'the whole numbers from 0' : `0 … ${classes - 1}`}.`,
      classes === undefined
        ? 'Choose a labels file of class numbers.'
        : 'Raise the number of classes, or correct the file.',
    );
  const scale = images.values instanceof Uint8Array ? 255 : 1;
  const values = new Float32Array(images.values.length);
  for (let i = 0; i < values.length; i++) values[i] = (images.values[i] ?? 0) / scale;
  return {
    images: floatRows([count, numel(images.shape.slice(1))], values),
    labels: labelRows(Int32Array.from(labels.values)),
  };
}

const isLabel = (label: number, classes: number | undefined): boolean =>
  Number.isInteger(label) && label >= 0 && label < (classes ?? 2 ** 31);

/** The two outputs, `images` and `labels`, of one or two splits. */
export function imageOutputs(train: Split, test: Split | undefined): LoadedOutput[] {
  return [
    { name: 'images', train: train.images, ...(test && { test: test.images }) },
    { name: 'labels', train: train.labels, ...(test && { test: test.labels }) },
  ];
}

/**
 * A labelled set in IDX files of the user's.
 * Settings: `images`, `labels`; optionally `testImages` and `testLabels`; `classes` (null: no upper limit).
 * Outputs: `images` (N × elements, f32), `labels` (N, i32).
 */
export const idx = defineFiled({
  name: 'idx',
  async load(settings, files) {
    const required = (name: string): string => {
      const file = fileSetting(settings, name);
      if (file === undefined)
        throw new DataError('file-unset', `The setting ${name} names no file.`, `Choose an IDX file as ${name}.`);
      return file;
    };
    const limit = countSetting(settings, 'classes', { default: 0, min: 0 });
    const classes = limit === 0 ? undefined : limit;
    const split = async (images: string, labels: string) => {
      const names = await allOf([images, labels].map(async (name) => required(name)));
      return loadIdxSplit(files, names[0] ?? '', names[1] ?? '', classes);
    };
    const testing = fileSetting(settings, 'testImages') ?? fileSetting(settings, 'testLabels');
    const [train, test] = await allOf([
      split('images', 'labels'),
      testing === undefined ? Promise.resolve(undefined) : split('testImages', 'testLabels'),
    ]);
    if (test !== undefined && test.images.shape[1] !== train.images.shape[1])
      throw new DataError(
        'idx-size',
        `Images to train on have ${train.images.shape[1]} elements, those to test on ${test.images.shape[1]}.`,
        'Choose test files of the same set.',
      );
    return { outputs: imageOutputs(train, test) };
  },
});
