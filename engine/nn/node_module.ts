import { type Context, defaultContext } from '../autograd/context.ts';
import { Tensor } from '../autograd/tensor.ts';
import { type NodeKind, noBody } from '../nodes/node.ts';
import { type Settings, type SettingValue, settingsOf } from '../nodes/settings.ts';
import { defaultGenerator } from '../random/default.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { eagerBuilder } from './eager_builder.ts';
import { Module, type Named } from './module.ts';
import type { Parameter } from './parameter.ts';

export interface ModuleOptions {
  readonly context?: Context;
  /** The stream that weights and masks are drawn from; `manualSeed` seeds the default one. */
  readonly generator?: TorchGenerator;
}

/**
 * A module made from the record of a node kind: what a layer computes is written there, once. Each class hands over its own record, so
 * that a bundle has those alone that it uses.
 */
export abstract class NodeModule extends Module {
  readonly settings: Settings;
  private readonly kind: NodeKind;
  private readonly context: Context;
  private readonly generator: TorchGenerator;
  private readonly drawn = new Map<string, Parameter>();

  /** @throws TypeError for options that there are not, RangeError for a setting of the wrong type or beside its choices */
  constructor(kind: NodeKind, given: Readonly<Record<string, unknown>>, options: ModuleOptions) {
    super();
    this.kind = kind;
    requireOptions(kind, options);
    this.settings = settingsOf(kind.kind, kind.settings, given);
    this.context = options.context ?? defaultContext();
    this.generator = options.generator ?? defaultGenerator();
  }

  /** Inputs in the order of the node's ports. @throws ShapeError */
  protected run(...inputs: Tensor[]): Tensor {
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

  protected override ownParameters(): Named<Parameter>[] {
    return [...this.drawn];
  }

  /** Its settings: `inFeatures=2, outFeatures=3, bias=true`. */
  protected override extraRepr(): string {
    const written = (setting: SettingValue) => (typeof setting === 'string' ? `'${setting}'` : String(setting));
    return Object.entries(this.settings)
      .map(([name, setting]) => `${name}=${written(setting)}`)
      .join(', ');
  }

  /** A parameter that was drawn; undefined where the settings ask for none. */
  protected parameter(name: string): Parameter | undefined {
    return this.drawn.get(name);
  }

  /** Draws the parameters now, as PyTorch does on construction, by passing zeros of `shape` through. */
  protected draw(shape: readonly number[]): void {
    const { kernels } = this.context;
    kernels.backend.scope((keep) => {
      this.context.noGrad(() => this.run(this.context.tensor(kernels.zeros(shape))));
      for (const parameter of this.drawn.values()) keep(parameter.value);
    });
  }
}

/** What all modules take; the rest is settings of their kinds. */
const common: Readonly<Record<keyof ModuleOptions, true>> = { context: true, generator: true };

/** @throws TypeError where `options` are no object, or name what the kind does not have */
function requireOptions({ kind, settings }: NodeKind, options: ModuleOptions): void {
  const names = [...Object.keys(settings), ...Object.keys(common)];
  if (typeof options !== 'object')
    throw new TypeError(`${kind} takes its options by name (${names.join(', ')}); got ${String(options)}`);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${kind} has no option "${unknown}"; it has ${names.join(', ')}`);
}

/** A layer: one tensor in, one out. */
export abstract class Layer extends NodeModule {
  /** @throws ShapeError */
  override forward(input: Tensor): Tensor {
    return this.run(input);
  }
}
