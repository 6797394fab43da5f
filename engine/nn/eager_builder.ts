import type { Context } from '../autograd/context.ts';
import { Tensor } from '../autograd/tensor.ts';
import type { Builder, Value } from '../nodes/builder.ts';
import { operations } from '../ops/index.ts';
import { dropoutMask } from '../random/dropout_mask.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { numel } from '../tensor/shape.ts';
import { drawInitial } from './init.ts';
import { Parameter } from './parameter.ts';

export interface EagerOptions {
  readonly context: Context;
  readonly generator: TorchGenerator;
  readonly training: boolean;
  /** The module's parameters by name; those that are missing are drawn and added. */
  readonly parameters: Map<string, Parameter>;
}

/** Values of this builder are tensors; anything else came from another one. */
function tensorOf(value: Value): Tensor {
  if (!(value instanceof Tensor)) throw new Error('a module computes on tensors');
  return value;
}

const inDocuments = (): never => {
  throw new Error('loops, instances, own functions and updates by hand are written in code outside of a document');
};

/** The reading of a node record that computes at once: what `nn` classes run. */
export function eagerBuilder({ context, generator, training, parameters }: EagerOptions): Builder {
  const builder: Builder = {
    op(name, inputs, attrs = {}) {
      const record = operations.get(name);
      if (record === undefined) throw new Error(`there is no operation named ${name}`);
      const [output] = context.apply(record, inputs.map(tensorOf), attrs);
      if (output === undefined) throw new Error(`operation ${name} gave no output`);
      return output;
    },
    parameter(name, shape, init, requiresGrad = true) {
      const known = parameters.get(name);
      if (known !== undefined) return known;
      const value = context.kernels.upload(drawInitial(shape, init, generator), shape);
      const parameter = new Parameter(context.tensor(value), { requiresGrad });
      parameters.set(name, parameter);
      return parameter;
    },
    module: (name, _args, body) => context.within(name, () => body(builder)),
    data() {
      throw new Error('a module has no data of its own');
    },
    loss: (value) => value,
    dropout(input, p) {
      const x = tensorOf(input);
      if (!training || p === 0) return x;
      // Nothing is drawn where nothing can be kept, as in PyTorch.
      if (p === 1) return x.mul(0);
      const mask = dropoutMask(numel(x.shape), p, generator);
      return x.mul(context.tensor(context.kernels.upload(mask, x.shape)));
    },
    custom: inDocuments,
    gradient: inDocuments,
    update: inDocuments,
    zeroGrad: inDocuments,
    repeat: inDocuments,
    instance: inDocuments,
    // Optimizers and metrics are the caller's business outside of a document.
    optimizer() {},
    metric() {},
  };
  return builder;
}
