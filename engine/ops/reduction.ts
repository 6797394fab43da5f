import type { Axes } from '../backends/kernels.ts';
import type { SettingsSchema } from '../nodes/settings.ts';
import { normalizeAxes, reducedShape, type Shape } from '../tensor/shape.ts';
import type { Attributes, OpCase } from './op.ts';
import { operand } from './shared.ts';

/** What sum, mean and max share. `axes` null or absent: all. `keepDims` leaves size 1 in their place. */
export type ReductionAttributes = { readonly axes?: Axes; readonly keepDims?: boolean };

export const reductionShape = ([input]: readonly Shape[], { axes, keepDims = false }: ReductionAttributes): Shape[] => {
  const shape = operand(input, 'input');
  return [reducedShape(shape, normalizeAxes(axes ?? undefined, shape.length), keepDims)];
};

/** The arguments of `torch.sum(x, dim=(0,), keepdim=True)` after x; torch takes `()` for all axes. */
export function torchReduction(name: string, x: string | undefined, { axes, keepDims }: ReductionAttributes): string {
  const dim = `dim=(${(axes ?? []).map((axis) => `${axis},`).join(' ')})`;
  return `torch.${name}(${x}, ${dim}${keepDims ? ', keepdim=True' : ''})`;
}

/** What stands beneath the sign of a reduction: the axes in force, as PyTorch names them; of all axes nothing. */
export const reducedAxes = ({ axes }: ReductionAttributes): string =>
  axes == null || axes.length === 0 ? '' : `_{\\mathrm{dim}\\,=\\,${axes.join(',\\,')}}`;

export const reductionSettings: SettingsSchema = {
  axes: {
    type: 'ints',
    default: null,
    label: { en: 'axes', zh: '轴' },
    help: { en: 'Empty: all.', zh: '留空：全部。' },
  },
  keepDims: { type: 'bool', default: false, label: { en: 'keep dimensions', zh: '保留维度' } },
};

/** An empty list means nothing was entered: all axes. */
export const reductionAttributes = ({ axes, keepDims }: Attributes): ReductionAttributes => ({
  axes: Array.isArray(axes) && axes.length > 0 ? axes : null,
  keepDims: keepDims === true,
});

export const reductionCases: readonly OpCase[] = [
  { inputs: [{ shape: [3, 4] }], attrs: { axes: null } },
  { inputs: [{ shape: [3, 4] }], attrs: { axes: [0] } },
  { inputs: [{ shape: [3, 4] }], attrs: { axes: [1], keepDims: true } },
  { inputs: [{ shape: [2, 3, 4] }], attrs: { axes: [1] } },
  { inputs: [{ shape: [2, 3, 4] }], attrs: { axes: [0, -1] } },
  { inputs: [{ shape: [2, 3, 4] }], attrs: { axes: [0, 1], keepDims: true } },
  { inputs: [{ shape: [2, 1, 3] }], attrs: { axes: [1] } },
  { inputs: [{ shape: [1, 1] }], attrs: { axes: null, keepDims: true } },
  { inputs: [{ shape: [] }], attrs: { axes: null } },
  { inputs: [{ shape: [0, 3] }], attrs: { axes: [1] } },
  {
    inputs: [{ shape: [3, 3], values: [1, 'nan', 2, 'inf', 0, '-inf', '-0', 0, -1] }],
    attrs: { axes: [1] },
    gradcheck: false,
  },
];

/** Reducing an empty axis: a value for sum (0) and mean (NaN), an error for max. */
export const emptyReduction: readonly OpCase[] = [
  { inputs: [{ shape: [0, 3] }], attrs: { axes: [0] } },
  { inputs: [{ shape: [0, 3] }], attrs: { axes: null } },
];
