import { type Member, parametersOf } from '../members.ts';
import type { Definition } from '../script.ts';
import type { Written } from './classes.ts';
import type { Language, ParameterItem } from './language.ts';

/** What is known of the members that parameters stand in. */
export interface Holders {
  readonly language: Language;
  readonly draws: readonly string[];
  path(member: Member): string;
  written(definition: Definition): Written;
}

/**
 * What an optimizer is given: modules as a whole where it may have all of their parameters. Those that it does not own and may be
 * given as well get no gradient.
 */
export function parameterItems(
  members: readonly Member[],
  owned: ReadonlySet<string>,
  given: ReadonlySet<string>,
  holders: Holders,
): ParameterItem[] {
  const { language, draws, written } = holders;
  const itemsOf = (member: Member, path: string): ParameterItem[] => {
    const addresses = parametersOf(member, draws).map(({ address }) => address);
    if (!addresses.some((address) => owned.has(address))) return [];
    if (member.kind === 'tensor') return [{ path, isModule: false }];
    if (addresses.every((address) => given.has(address))) return [{ path, isModule: true }];
    if (member.kind === 'chain') return member.links.flatMap((link, i) => itemsOf(link, language.link(path, i)));
    if (member.kind === 'layer')
      return member.of.parameters.flatMap(({ address, name }) =>
        owned.has(address) ? [{ path: `${path}.${name}`, isModule: false }] : [],
      );
    if (member.kind !== 'instance') return [{ path, isModule: true }];
    const { members: inner, attributes } = written(member.definition);
    return inner.flatMap((one) => itemsOf(one, `${path}.${attributes.get(one.address)}`));
  };
  return members.flatMap((member) => itemsOf(member, holders.path(member)));
}

/** The way to a parameter: `model.linear1.weight`, `w1`. */
export function parameterPath(members: readonly Member[], address: string, holders: Holders): string {
  const { language, draws, written } = holders;
  const holds = (one: Member) => parametersOf(one, draws).some((parameter) => parameter.address === address);
  const within = (member: Member, path: string): string => {
    if (member.kind === 'chain') {
      const at = member.links.findIndex(holds);
      const link = member.links[at];
      return link === undefined ? path : within(link, language.link(path, at));
    }
    if (member.kind === 'instance') {
      const { members: inner, attributes } = written(member.definition);
      const one = inner.find(holds);
      return one === undefined ? path : within(one, `${path}.${attributes.get(one.address)}`);
    }
    return member.kind === 'tensor' ? path : `${path}.${address.slice(address.lastIndexOf('.') + 1)}`;
  };
  const member = members.find(holds);
  if (member === undefined) throw new Error(`no code holds the parameter ${address}`);
  return within(member, holders.path(member));
}
