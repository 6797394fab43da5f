import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

/** A bound that is null does not limit. */
export type ClampAttributes = { readonly min?: number | null; readonly max?: number | null };

/** Where the gradient passes: within the bounds, the bounds included. */
function inside(k: Kernels, x: NDArray, g: NDArray, { min = null, max = null }: ClampAttributes): NDArray {
  const above = min === null ? g : k.where(k.ge(x, min), g, 0);
  return max === null ? above : k.where(k.le(x, max), above, 0);
}

export const clamp = defineOp<ClampAttributes>({
  name: 'clamp',
  shape: unchanged,
  saves: ['input0'],
  makes: { forward: 1, backward: 2.5 },
  forward(k, [x], { min = null, max = null }) {
    const raised = min === null ? present(x) : k.maximum(present(x), min);
    return [max === null ? raised : k.minimum(raised, max)];
  },
  backward: (k, [g], { input0: x }, attrs) => [inside(k, present(x), present(g), attrs)],
  formula: {
    forward: 'Y = \\min(\\max(X, \\mathit{min}), \\mathit{max})',
    backward: ['\\bar X = \\bar Y \\odot [\\mathit{min} \\le X \\le \\mathit{max}]'],
  },
  formulaFor({ min, max }) {
    const given = (x: number | null | undefined): x is number => typeof x === 'number';
    if (given(min) && given(max))
      return {
        forward: `Y = \\min(\\max(X, ${min}), ${max})`,
        backward: [`\\bar X = \\bar Y \\odot [${min} \\le X \\le ${max}]`],
      };
    if (given(min)) return { forward: `Y = \\max(X, ${min})`, backward: [`\\bar X = \\bar Y \\odot [X \\ge ${min}]`] };
    if (given(max)) return { forward: `Y = \\min(X, ${max})`, backward: [`\\bar X = \\bar Y \\odot [X \\le ${max}]`] };
    return { forward: 'Y = X', backward: ['\\bar X = \\bar Y'] };
  },
  why: {
    en: 'Within the bounds the input passed unchanged, and so does the gradient. Where it was cut off, a small change of the input changes nothing.',
    zh: '在界限之内输入原样通过，梯度也一样。被截断之处，输入的小变化不起作用。',
  },
  torch: ([x], { min = null, max = null }) => `torch.clamp(${x}, min=${min ?? 'None'}, max=${max ?? 'None'})`,
  cases: [
    ...unaryCases().map((one) => ({ ...one, attrs: { min: -0.75, max: 1 } })),
    { inputs: [{ shape: [3, 4] }], attrs: { min: 0.1, max: null } },
    { inputs: [{ shape: [3, 4] }], attrs: { min: null, max: 0.1 } },
    { inputs: [{ shape: [4], values: [-1, -2, 1, 'nan'] }], attrs: { min: -1, max: null }, gradcheck: false },
    { inputs: [{ shape: [4], values: [-1, 0, 2, 'nan'] }], attrs: { min: 1, max: 0 }, gradcheck: false },
  ],
  node: {
    kind: 'Clamp',
    help: { en: 'Keeps every element between two bounds.', zh: '把每个元素限制在两个界限之间。' },
    inputs: oneInput,
    settings: {
      min: { type: 'float', default: 0, when: { setting: 'lower', is: true }, label: { en: 'min', zh: '下限' } },
      max: { type: 'float', default: 1, when: { setting: 'upper', is: true }, label: { en: 'max', zh: '上限' } },
      lower: { type: 'bool', default: true, label: { en: 'limit below', zh: '限制下限' } },
      upper: { type: 'bool', default: true, label: { en: 'limit above', zh: '限制上限' } },
    },
    attributes: ({ min, max, lower, upper }) => ({
      min: lower === false ? null : Number(min),
      max: upper === false ? null : Number(max),
    }),
  },
});
