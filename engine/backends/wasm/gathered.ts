import type { DType } from '../../tensor/dtype.ts';
import type { ElementProgram, ElementRule, OperandKind } from './element_kernels.ts';
import { floatRules, maskRules } from './lanes.ts';
import type { Kernel } from './library.ts';

/** What a program gains: an operand, a step, or the step whose result is written next. */
type Addition =
  | { readonly operand: OperandKind }
  | { readonly rule: ElementRule; readonly of: readonly number[] }
  | { readonly output: number };

/** Kinds of operands in the order of their codes. */
const KINDS: readonly OperandKind[] = (['f32', 'f64', 'i32', 'bool'] as const).flatMap((dtype) => [
  { dtype, movement: 'run' } as const,
  { dtype, movement: 'stand' } as const,
]);
const dtypeCodes: Record<DType, number> = { f32: 0, f64: 2, i32: 4, bool: 6 };
const ruleCodes = new Map<ElementRule, number>(
  ([...Object.keys(floatRules), ...Object.keys(maskRules)] as ElementRule[]).map((rule, i) => [rule, i]),
);

/** Codes of steps begin here, behind those of operands, and those of outputs behind them. */
const STEPS = 16;
const OUTPUTS = 2 ** 28;
/** Places of operands and results in a code: from −64 to 63. */
const PLACE = 7;

/**
 * A program as far as it was gathered. What may come next hangs below it, so that a program which was gathered before is found again
 * by a few small steps and without a word of text.
 */
export class Gathered {
  readonly #parent: Gathered | undefined;
  readonly #addition: Addition | undefined;
  readonly #next = new Map<number, Gathered>();
  /** Compiled, once it was asked for. */
  kernel: Kernel | undefined;

  private constructor(parent?: Gathered, addition?: Addition) {
    this.#parent = parent;
    this.#addition = addition;
  }
  static readonly nothing = (): Gathered => new Gathered();

  static readonly kindOf = (dtype: DType, stands: boolean): OperandKind =>
    KINDS[dtypeCodes[dtype] + (stands ? 1 : 0)] ?? { dtype, movement: 'run' };

  withOperand(kind: OperandKind): Gathered {
    const code = dtypeCodes[kind.dtype] + (kind.movement === 'stand' ? 1 : 0);
    return this.#next.get(code) ?? this.#grow(code, { operand: kind });
  }
  withStep(rule: ElementRule, of: readonly number[]): Gathered {
    let code = ruleCodes.get(rule) ?? 0;
    for (let i = 0; i < of.length; i++) code = (code << PLACE) | ((of[i] ?? 0) + 64);
    // Rules that take fewer operands have other codes.
    code = STEPS + code;
    return this.#next.get(code) ?? this.#grow(code, { rule, of: [...of] });
  }
  withOutput(step: number): Gathered {
    return this.#next.get(OUTPUTS + step) ?? this.#grow(OUTPUTS + step, { output: step });
  }

  get program(): ElementProgram {
    const additions: Addition[] = [];
    for (let at: Gathered | undefined = this; at !== undefined; at = at.#parent)
      if (at.#addition !== undefined) additions.unshift(at.#addition);
    return {
      operands: additions.flatMap((one) => ('operand' in one ? [one.operand] : [])),
      steps: additions.flatMap((one) => ('rule' in one ? [one] : [])),
      outputs: additions.flatMap((one) => ('output' in one ? [one.output] : [])),
    };
  }

  /** The program as text: kernels of all backends are known by it. */
  get name(): string {
    const { operands, steps, outputs } = this.program;
    const kinds = operands.map(({ dtype, movement }) => `${dtype} ${movement}`);
    return `${kinds.join()}: ${steps.map(({ rule, of }) => `${rule} ${of.join()}`).join('; ')} → ${outputs.join()}`;
  }

  #grow(code: number, addition: Addition): Gathered {
    const grown = new Gathered(this, addition);
    this.#next.set(code, grown);
    return grown;
  }
}
