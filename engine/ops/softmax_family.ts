import type { Setting } from '../nodes/settings.ts';
import type { Attributes, OpCase } from './op.ts';

/** What softmax and its logarithm share: the axis along which the probabilities add up to 1, the last by default. */
export type DimAttributes = { readonly dim?: number };

export const dimSetting = { type: 'int', default: -1, label: { en: 'axis', zh: '轴' } } as const satisfies Setting;

export const dimAttributes = ({ dim }: Attributes): DimAttributes => ({ dim: typeof dim === 'number' ? dim : -1 });

export const softmaxCases: readonly OpCase[] = [
  { inputs: [{ shape: [3, 4] }], attrs: { dim: -1 } },
  { inputs: [{ shape: [3, 4] }], attrs: { dim: 0 } },
  { inputs: [{ shape: [2, 3, 4] }], attrs: { dim: 1 } },
  { inputs: [{ shape: [2, 1] }], attrs: { dim: 1 } },
  { inputs: [{ shape: [] }], attrs: { dim: -1 } },
  { inputs: [{ shape: [0, 3] }], attrs: { dim: 1 } },
  { inputs: [{ shape: [0, 3] }], attrs: { dim: 0 } },
  {
    inputs: [
      {
        shape: [6, 3],
        values: [1000, 0, -1000, 'inf', 0, 1, '-inf', 0, 1, '-inf', '-inf', '-inf', 'nan', 0, 1, 0, '-0', 0],
      },
    ],
    attrs: { dim: 1 },
    gradcheck: false,
  },
];
