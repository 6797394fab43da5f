import { draw } from './material.ts';

/** Settings of each optimizer that take every branch of its formula. */
export const settingsOf: Readonly<Record<string, readonly Readonly<Record<string, number | boolean>>[]>> = {
  SGD: [
    { lr: 0.1 },
    { lr: 0.1, weightDecay: 0.05 },
    { lr: 0.1, momentum: 0.9 },
    { lr: 0.1, momentum: 0.9, dampening: 0.3, weightDecay: 0.01 },
    { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  ],
  Adam: [{}, { lr: 0.05, weightDecay: 0.1 }, { lr: 0.05, beta1: 0.5, beta2: 0.9, eps: 1e-3 }],
  AdamW: [{}, { lr: 0.05, weightDecay: 0.1 }, { lr: 0.05, beta1: 0.5, beta2: 0.9, eps: 1e-3 }],
  RMSprop: [
    {},
    { lr: 0.05, alpha: 0.9, weightDecay: 0.1 },
    { lr: 0.05, centered: true, eps: 1e-3 },
    { lr: 0.02, momentum: 0.8 },
    { lr: 0.02, momentum: 0.8, centered: true, eps: 1e-3, weightDecay: 0.01 },
  ],
  Adagrad: [{}, { lr: 0.5, lrDecay: 0.1, weightDecay: 0.1 }, { lr: 0.5, initialAccumulatorValue: 0.3, eps: 1e-3 }],
};

export const optimizerSteps = 10;

/** Two parameters of 6 elements. The second gets no gradient in steps 0 and 3: PyTorch leaves it and its state alone. */
export const startValues = [draw(1, 6, -1, 1), draw(2, 6, -1, 1)] as const;
export function gradientAt(step: number, parameter: number): number[] | null {
  if (parameter === 1 && (step === 0 || step === 3)) return null;
  return draw(1000 + 10 * step + parameter, 6, -1, 1);
}
