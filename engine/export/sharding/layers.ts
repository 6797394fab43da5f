import type { Arguments, CodeValue } from '../script.ts';
import { elementwise } from './operations.ts';
import { type Given, isRows, type Share } from './share.ts';

type Rule = (given: readonly Given[], args: Arguments, output: CodeValue) => Share | undefined;

const linear: Rule = ([x]) =>
  x === undefined || x.share === 'part' || (isRows(x.share) && x.share.axis === -1) ? undefined : x.share;

/** Every process draws a mask of its own: what is the same everywhere would not be any more. */
const dropout: Rule = ([x]) => (x !== undefined && isRows(x.share) ? x.share : undefined);

const flatten: Rule = ([x], { startDim }, output) => {
  if (x === undefined || !isRows(x.share)) return x?.share;
  const axis = x.value.shape.length + x.share.axis;
  return axis < Number(startDim?.value) ? { axis: axis - output.shape.length } : undefined;
};

/** The sum over rows; a mean is taken for one here. Without reduction rows stay rows. */
const reduced = (share: Share | undefined, { reduction }: Arguments): Share | undefined =>
  share === undefined || !isRows(share) || reduction?.value === 'none' ? share : 'part';

const elementwiseLoss: Rule = (given, args, output) => {
  const areAlike = new Set(given.map(({ share }) => isRows(share))).size === 1;
  return areAlike ? reduced(elementwise(given, {}, output), args) : undefined;
};

/** Scores (N, C) and labels (N). */
const crossEntropy: Rule = ([scores, labels], args) => {
  if (scores?.share === 'all' && labels?.share === 'all') return 'all';
  const areRows = [scores, labels].every(
    (one) => one !== undefined && isRows(one.share) && one.share.axis === -one.value.shape.length,
  );
  return areRows ? reduced({ axis: -1 }, args) : undefined;
};

/** Of the library's layers; what is not here is not known to leave rows to themselves. */
export const layerRules: ReadonlyMap<string, Rule> = new Map([
  ['Linear', linear],
  ['Dropout', dropout],
  ['Flatten', flatten],
  ['MSELoss', elementwiseLoss],
  ['L1Loss', elementwiseLoss],
  ['BCEWithLogitsLoss', elementwiseLoss],
  ['CrossEntropyLoss', crossEntropy],
]);
