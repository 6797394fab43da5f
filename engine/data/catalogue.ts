import type { TorchGenerator } from '../random/torch.ts';
import { DataError } from './data_error.ts';
import type { DatasetRecord, DatasetSettings, FileSource, Loaded } from './dataset.ts';
import { idx } from './idx_dataset.ts';
import { mnist } from './mnist.ts';
import { noisyLine } from './noisy_line.ts';
import { randomTensor } from './random_tensor.ts';
import { numberSetting } from './setting.ts';
import { spiral } from './spiral.ts';
import { splitRows } from './split.ts';
import { twoMoons } from './two_moons.ts';
import { xor } from './xor.ts';

/** Every dataset by the name that node kinds use. */
export const datasets: ReadonlyMap<string, DatasetRecord> = new Map(
  [randomTensor, xor, twoMoons, spiral, noisyLine, idx, mnist].map((record): [string, DatasetRecord] => [
    record.name,
    record,
  ]),
);

/**
 * Loads the dataset `name`, and splits it if its settings ask for a `testFraction` and it brings no test rows itself
 * (which draws one `randperm(samples)` after its own draws).
 * @throws DataError
 */
export async function loadDataset(
  name: string,
  settings: DatasetSettings,
  files: FileSource,
  generator: TorchGenerator,
): Promise<Loaded> {
  const record = datasets.get(name);
  if (record === undefined)
    throw new DataError(
      'data-unknown',
      `There is no dataset called ${name}.`,
      `Use one of ${[...datasets.keys()].join(', ')}.`,
    );
  const loaded = 'draw' in record ? record.draw(settings, generator) : await record.load(settings, files);
  const fraction = numberSetting(settings, 'testFraction', { default: 0, min: 0, max: 1 });
  const splits = fraction > 0 && loaded.outputs.every((output) => output.test === undefined);
  return splits ? splitRows(loaded, fraction, generator) : loaded;
}
