import { formatShape, type Shape, sameShape } from '../tensor/shape.ts';
import { diagnostic } from './diagnostics.ts';
import type { Diagnostic } from './document.ts';
import type { Visit } from './walk.ts';

/** A parameter where a node uses it. */
export interface ParameterUse {
  readonly shape: Shape;
  /** How many copies each untied loop around it makes, the outermost first. */
  readonly copies: readonly number[];
}

/** Notes on what tied instances hold. */
export interface TieFacts {
  /** By address: of a tied instance, its own. */
  readonly uses: ReadonlyMap<string, ParameterUse>;
  /** Tied instances. */
  readonly ties: readonly Visit[];
  /** Addresses of nodes that could not be lowered: what they would hold is not known. */
  readonly failed: readonly string[];
}

/**
 * Instances that share weights need the same ones: under the same names, of the same shapes, in as many copies. What is `known`
 * to be no pair is not compared.
 */
export function tieProblems({ uses, ties, failed }: TieFacts, known: readonly Diagnostic[]): Diagnostic[] {
  const addresses = [...uses.keys()];
  const found: Diagnostic[] = [];
  for (const { id, module, address, sharedWith } of ties) {
    const isKnown = known.some((one) => one.code === 'cannot-tie' && one.node === id && one.module === module);
    if (sharedWith === undefined || isKnown) continue;
    const [own, other] = [`${address}/`, `${sharedWith.address}/`];
    const within = (one: string) => one.startsWith(own) || one.startsWith(other);
    if (failed.some(within)) continue;
    const names = addresses.flatMap((one) =>
      within(one) ? [one.slice((one.startsWith(own) ? own : other).length)] : [],
    );
    const reason = [...new Set(names)]
      .map((name) => difference(name, uses.get(own + name), uses.get(other + name)))
      .find((one) => one !== undefined);
    if (reason === undefined) continue;
    const target = sharedWith.id;
    found.push(
      diagnostic('cannot-tie', module === undefined ? { node: id } : { module, node: id }, { id, target, reason }),
    );
  }
  return found;
}

function difference(name: string, here: ParameterUse | undefined, there: ParameterUse | undefined): string | undefined {
  if (here === undefined) return `it has no ${name}, which they have`;
  if (there === undefined) return `it has a ${name}, which they do not have`;
  if (!sameShape(here.shape, there.shape))
    return `its ${name} would be ${formatShape(here.shape)}, and theirs is ${formatShape(there.shape)}`;
  // What is there once may be used in every iteration of any loop.
  const [own, other] = [here.copies, there.copies].map((copies) => copies.join('×'));
  if (own === other || there.copies.length === 0) return undefined;
  return `its ${name} would have ${own} copies, and theirs has ${other}`;
}
