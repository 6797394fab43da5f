import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { rmsprop } from './rmsprop.ts';
import type { OptimizerRule } from './rule.ts';
import { sgd } from './sgd.ts';

/** Every rule by its name, which is the optimizer node's kind. */
export const optimizers: ReadonlyMap<string, OptimizerRule> = new Map(
  [sgd, adam, adamw, rmsprop, adagrad].map((rule) => [rule.name, rule]),
);
