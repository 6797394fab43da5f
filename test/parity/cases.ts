/** Prints, as JSON, what `goldens/make.py` evaluates with PyTorch: `node test/parity/cases.ts`. */
import { operations } from '../../engine/ops/index.ts';
import { lossCases } from './loss_cases.ts';
import { materialise } from './material.ts';
import { expressionOf } from './op_case.ts';
import { gradientAt, optimizerSteps, settingsOf, startValues } from './optim_cases.ts';

const ops = [...operations.values()].map((record) => ({
  name: record.name,
  differentiable: record.backward !== undefined,
  cases: record.cases.map((one) => {
    const { inputs, upstream } = materialise(record, one);
    return { expression: expressionOf(record, one), inputs, upstream };
  }),
}));

const optim = Object.entries(settingsOf).flatMap(([kind, all]) =>
  all.map((settings) => ({
    kind,
    settings,
    start: startValues,
    gradients: Array.from({ length: optimizerSteps }, (_, step) => startValues.map((_, p) => gradientAt(step, p))),
  })),
);

console.log(JSON.stringify({ ops, optim, losses: lossCases }));
