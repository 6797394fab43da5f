import type { Tensor } from '../autograd/tensor.ts';
import { inspected } from '../tensor/inspected.ts';
import { Parameter } from './parameter.ts';
import { type StateDict, takeState } from './take_state.ts';

/** Under what name something is kept: `inputLinear.weight`. */
export type Named<T> = [name: string, value: T];

/**
 * What networks are made of. Fields that hold modules or parameters are registered by themselves, in the order of their
 * declaration, under their names:
 *
 *     class TwoLayers extends nn.Module {
 *       readonly first = new nn.Linear(2, 8);
 *       readonly second = new nn.Linear(8, 1);
 *       override forward(x: Tensor): Tensor {
 *         return this.second.forward(this.first.forward(x).tanh());
 *       }
 *     }
 *
 * Fields of `#private` names are not seen. PyTorch: `torch.nn.Module`.
 */
export abstract class Module {
  training = true;
  abstract forward(...inputs: Tensor[]): Tensor | readonly Tensor[];

  /** Modules directly below, by the fields that hold them. PyTorch: `named_children`. */
  namedChildren(): Named<Module>[] {
    return fieldsOf(this).filter((field): field is Named<Module> => field[1] instanceof Module);
  }
  /** Modules directly below. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }
  /** Parameters of this module itself, by the fields that hold them. */
  protected ownParameters(): Named<Parameter>[] {
    return fieldsOf(this).filter((field): field is Named<Parameter> => field[1] instanceof Parameter);
  }
  /** Its own parameters, then those of the modules below; one that is held twice is named once. PyTorch: `named_parameters`. */
  namedParameters(): Named<Parameter>[] {
    const seen = new Set<Parameter>();
    return this.everyParameter('').filter(([, parameter]) => {
      const isNew = !seen.has(parameter);
      seen.add(parameter);
      return isNew;
    });
  }
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }
  /** Sets every gradient to none. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }
  /** Has dropout drop, here and below. */
  train(mode = true): this {
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }
  eval(): this {
    return this.train(false);
  }

  /** Every parameter by its name, without its history; the elements are the module's own, not copies. PyTorch: `state_dict`. */
  stateDict(): Map<string, Tensor> {
    const all = this.everyParameter('');
    return new Map(all.map(([name, parameter]) => [name, parameter.detach()]));
  }

  /**
   * Takes the elements of every parameter from `state`. PyTorch: `load_state_dict`, strict.
   * @throws Error that lists every name that is missing, not expected, or of another shape or type; nothing was taken then
   */
  loadStateDict(state: StateDict): void {
    takeState(this.stateDict(), state, this.constructor.name);
  }

  /**
   * Its class and what it was made with, and so for the modules below. `console.log(model)` of Node prints it too. PyTorch: `repr`.
   *
   *     Net(
   *       (inputLinear): Linear(inFeatures=1000, outFeatures=100, bias=true)
   *       (relu): ReLU()
   *     )
   */
  toString(): string {
    const own = this.extraRepr();
    const children = this.namedChildren().map(([name, child]) => `(${name}): ${String(child)}`);
    const lines = [...(own === '' ? [] : [own]), ...children];
    const inner = children.length === 0 ? own : `\n${lines.join('\n').replace(/^/gm, '  ')}\n`;
    return `${this.constructor.name}(${inner})`;
  }
  [inspected](): string {
    return this.toString();
  }
  /** What stands between the parentheses, besides the modules below: for subclasses to say. PyTorch: `extra_repr`. */
  protected extraRepr(): string {
    return '';
  }

  /** Parameters here and below, under each name that leads to them. */
  private everyParameter(prefix: string): Named<Parameter>[] {
    return [
      ...this.ownParameters().map(([name, parameter]): Named<Parameter> => [prefix + name, parameter]),
      ...this.namedChildren().flatMap(([name, child]) => child.everyParameter(`${prefix}${name}.`)),
    ];
  }
}

const fieldsOf = (module: Module): Named<unknown>[] => Object.entries(module);
