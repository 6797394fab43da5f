import { drawRanks } from './draw_ranks.ts';
import type {
  Arguments,
  CodeValue,
  Definition,
  HeldTensor,
  Layer,
  Operation,
  Parameter,
  Place,
  Statement,
} from './script.ts';
import { holdsNothing } from './statements.ts';

/**
 * What is made once and kept: attributes of a class, or variables of the script. `address` is that of its parameters; what two nodes
 * share is one member.
 */
interface Common {
  readonly address: string;
  readonly place: Place;
}
export type LayerMember = Common & { readonly kind: 'layer'; readonly of: Layer };
/** Only in a chain: elsewhere an activation is an operation. */
type ActivationMember = Common & { readonly kind: 'activation'; readonly of: Operation };
type TensorMember = Common & { readonly kind: 'tensor'; readonly of: HeldTensor };
export type ChainMember = Common & { readonly kind: 'chain'; readonly links: readonly Member[] };
export type InstanceMember = Common & {
  readonly kind: 'instance';
  readonly definition: Definition;
  readonly args: Arguments;
};
/** The copies of an untied loop's body. */
export type CopiesMember = Common & {
  readonly kind: 'copies';
  readonly definition: Definition;
  readonly count: number;
};
export type Member = LayerMember | ActivationMember | TensorMember | ChainMember | InstanceMember | CopiesMember;

/** What a member is called whose node is called nothing that makes a name. */
export const usualName = ({ kind }: Member): string => (kind === 'tensor' ? 'weight' : 'layer');

/** The members that statements ask for, in the order in which `draws` has them; those that draw nothing come last, as they came. */
export function membersOf(
  statements: readonly Statement[],
  tensors: readonly HeldTensor[],
  draws: readonly string[],
): Member[] {
  const found = new Map<string, Member>();
  for (const of of tensors)
    found.set(of.parameter.address, { kind: 'tensor', address: of.parameter.address, place: of.place, of });
  for (const member of statements.flatMap(memberFor)) if (!found.has(member.address)) found.set(member.address, member);
  const ranked = [...found.values()].map((member) => ({ member, rank: rankOf(member, draws) }));
  return ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)).map(({ member }) => member);
}

function memberFor(statement: Statement): Member[] {
  const { place } = statement;
  const common = { address: place.address, place };
  switch (statement.kind) {
    case 'layer':
      return holdsNothing(statement) ? [] : [{ ...common, kind: 'layer', of: statement }];
    case 'chain':
      return [{ ...common, kind: 'chain', links: statement.body.flatMap(linkFor) }];
    case 'instance':
      return [{ ...common, kind: 'instance', definition: statement.definition, args: statement.args }];
    case 'loop': {
      const count = copiesOf(statement);
      if (count === undefined) return statement.body.flatMap(memberFor);
      return [{ ...common, kind: 'copies', definition: bodyClass(statement), count }];
    }
    case 'operation':
    case 'function':
      return [];
    default:
      return statement satisfies never;
  }
}

const linkFor = (statement: Statement): Member[] => {
  const { place } = statement;
  if (statement.kind === 'operation') return [{ kind: 'activation', address: place.address, place, of: statement }];
  return statement.kind === 'layer'
    ? [{ kind: 'layer', address: place.address, place, of: statement }]
    : memberFor(statement);
};

type LoopStatement = Extract<Statement, { kind: 'loop' }>;

/** How many copies of its body's weights a loop has; undefined where its iterations share them, or there are none. */
export const copiesOf = ({ untied, count, body, tensors }: LoopStatement): number | undefined =>
  untied && typeof count === 'number' && body.flatMap(memberFor).length + tensors.length > 0 ? count : undefined;

const bodies = new WeakMap<readonly Statement[], Definition>();

/** The body of an untied loop as a class of its own: what is carried first, then what comes from outside of the loop. */
export function bodyClass({ body, currents, nexts, place, tensors }: LoopStatement): Definition {
  const known = bodies.get(body);
  if (known !== undefined) return known;
  const outside = readFromOutside(body, [...currents, ...tensors.map(({ value }) => value)], nexts);
  const made: Definition = {
    name: place.name,
    notes: [],
    inputs: [...currents, ...outside],
    inputNames: [],
    outputs: nexts,
    body,
    tensors,
  };
  bodies.set(body, made);
  return made;
}

/** Values that a body reads and does not make. */
function readFromOutside(
  body: readonly Statement[],
  given: readonly CodeValue[],
  results: readonly CodeValue[],
): CodeValue[] {
  const made = new Set(given);
  const found = new Set<CodeValue>();
  const read = (value: CodeValue) => {
    if (!made.has(value) && value.constant === undefined) found.add(value);
  };
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      for (const value of statement.inputs) read(value);
      if (statement.kind === 'loop') {
        for (const value of statement.currents) made.add(value);
        visit(statement.body);
        for (const value of statement.nexts) read(value);
      }
      for (const value of statement.outputs) made.add(value);
    }
  };
  visit(body);
  for (const value of results) read(value);
  return [...found];
}

/** Addresses of the parameters in a member, each copy counted, in the order in which they are made. */
export function parametersOf(member: Member, draws: readonly string[]): Parameter[] {
  switch (member.kind) {
    case 'layer':
      return [...member.of.parameters];
    case 'activation':
      return [];
    case 'tensor':
      return [member.of.parameter];
    case 'chain':
      return member.links.flatMap((link) => parametersOf(link, draws));
    case 'instance':
      return parametersIn(member.definition, draws);
    case 'copies':
      return Array.from({ length: member.count }, () => parametersIn(member.definition, draws)).flat();
    default:
      return member satisfies never;
  }
}

export const parametersIn = ({ body, tensors }: Definition, draws: readonly string[]): Parameter[] =>
  membersOf(body, tensors, draws).flatMap((member) => parametersOf(member, draws));

/** When the first of a member's parameters is drawn; infinite where none is. */
export function rankOf(member: Member, draws: readonly string[]): number {
  const ranks = drawRanks(draws);
  let first = Number.POSITIVE_INFINITY;
  for (const { address } of parametersOf(member, draws)) first = Math.min(first, ranks.get(address) ?? first);
  return first;
}
