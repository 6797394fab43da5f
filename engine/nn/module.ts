import { type Context, defaultContext } from '../autograd/context.ts';
import { Tensor } from '../autograd/tensor.ts';
import { nodeKinds } from '../nodes/index.ts';
import { type NodeKind, noBody } from '../nodes/node.ts';
import { type Settings, withDefaults } from '../nodes/settings.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { eagerBuilder } from './eager_builder.ts';
import { defaultGenerator } from './seed.ts';

/** PyTorch: `torch.nn.Module`. Children are registered in the order of `children()`. */
export abstract class Module {
  training = true;
  abstract forward(...inputs: Tensor[]): Tensor;

  /** Modules directly below, by name. */
  children(): [name: string, module: Module][] {
    return [];
  }
  /** Own parameters, by name. */
  protected ownParameters(): [name: string, parameter: Tensor][] {
    return [];
  }
  /** `0.weight`, `0.bias`, … in the order in which they were drawn. */
  namedParameters(): [name: string, parameter: Tensor][] {
    const below = this.children().flatMap(([name, child]) =>
      child.namedParameters().map(([inner, p]): [string, Tensor] => [`${name}.${inner}`, p]),
    );
    return [...this.ownParameters(), ...below];
  }
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }
  train(mode = true): this {
    this.training = mode;
    for (const [, child] of this.children()) child.train(mode);
    return this;
  }
  eval(): this {
    return this.train(false);
  }
}

export interface ModuleOptions {
  readonly context?: Context;
  /** The stream that weights and masks are drawn from; `manualSeed` seeds the default one. */
  readonly generator?: TorchGenerator;
}

/** A module made from the record of a node kind: what a layer computes is written there, once. */
export class NodeModule extends Module {
  readonly settings: Settings;
  private readonly kind: NodeKind;
  private readonly context: Context;
  private readonly generator: TorchGenerator;
  private readonly drawn = new Map<string, Tensor>();

  constructor(kind: string, given: Readonly<Record<string, unknown>> = {}, options: ModuleOptions = {}) {
    super();
    const record = nodeKinds.get(kind);
    if (record === undefined) throw new Error(`there is no kind of node named ${kind}`);
    this.kind = record;
    this.settings = withDefaults(record.settings, given);
    this.context = options.context ?? defaultContext();
    this.generator = options.generator ?? defaultGenerator();
  }

  /** Inputs in the order of the node's ports. @throws ShapeError */
  override forward(...inputs: Tensor[]): Tensor {
    const builder = eagerBuilder({
      context: this.context,
      generator: this.generator,
      training: this.training,
      parameters: this.drawn,
    });
    const byPort = Object.fromEntries(
      this.kind.inputs.flatMap((port, i) => (inputs[i] === undefined ? [] : [[port.name, inputs[i]]])),
    );
    const output = Object.values(this.kind.lower(builder, byPort, this.settings, noBody))[0];
    if (!(output instanceof Tensor)) throw new Error(`${this.kind.kind} takes ${this.kind.inputs.length} inputs`);
    return output;
  }

  protected override ownParameters(): [string, Tensor][] {
    return [...this.drawn];
  }

  /** Draws the parameters now, as PyTorch does on construction, by passing zeros of `shape` through. */
  protected draw(shape: readonly number[]): void {
    const { kernels } = this.context;
    kernels.backend.scope((keep) => {
      this.context.noGrad(() => this.forward(this.context.tensor(kernels.zeros(shape))));
      for (const parameter of this.drawn.values()) keep(parameter.value);
    });
  }
}
