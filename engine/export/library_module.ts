import { inferOperation } from '../graph/infer.ts';
import type { Builder, Init, Value } from '../nodes/builder.ts';

/** What stands in a module of the library is the library's: only its parameters and its shape are of interest. */
export function shapesOf(
  noted: (name: string, shape: Value['shape'], init: Init, requiresGrad: boolean) => void,
): Builder {
  const outside = (): never => {
    throw new Error('a module of the library is made of operations and parameters alone');
  };
  const builder: Builder = {
    op: (name, inputs, attrs = {}) => inferOperation(name, inputs, attrs),
    parameter(name, shape, init, requiresGrad = true) {
      noted(name, shape, init, requiresGrad);
      return { shape, dtype: 'f32' };
    },
    module: (_name, _args, body) => body(builder),
    dropout: (input) => input,
    loss: (value) => value,
    metric() {},
    custom: outside,
    gradient: outside,
    update: outside,
    zeroGrad: outside,
    repeat: outside,
    instance: outside,
    data: outside,
    optimizer: outside,
  };
  return builder;
}
