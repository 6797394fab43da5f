import type { StateEntry } from '../exported.ts';
import type { Member } from '../members.ts';
import type { Parameter } from '../script.ts';
import type { Holders } from './parameters.ts';

/** The parameters of a member that is called `name`. */
export function stateOf(member: Member, name: string, { written }: Pick<Holders, 'written'>): StateEntry[] {
  const entriesOf = (one: Member, path: string, at: (address: string) => string): StateEntry[] => {
    const entry = ({ address, shape }: Parameter, called: string) => ({ name: called, address: at(address), shape });
    switch (one.kind) {
      case 'layer':
        return one.of.parameters.map((parameter) => entry(parameter, `${path}.${parameter.name}`));
      case 'tensor':
        return [entry(one.of.parameter, path)];
      case 'activation':
        return [];
      case 'chain':
        return one.links.flatMap((link, i) => entriesOf(link, `${path}.${i}`, at));
      case 'instance':
        return within(one, path, at);
      case 'copies':
        return Array.from({ length: one.count }, (_, i) =>
          within(one, `${path}.${i}`, (address) => at(`${one.address}#${i + 1}${address.slice(one.address.length)}`)),
        ).flat();
      default:
        return one satisfies never;
    }
  };
  const within = (
    { definition }: Extract<Member, { kind: 'instance' | 'copies' }>,
    path: string,
    at: (address: string) => string,
  ): StateEntry[] => {
    const { members, attributes } = written(definition);
    return members.flatMap((inner) => entriesOf(inner, `${path}.${attributes.get(inner.address)}`, at));
  };
  return entriesOf(member, name, (address) => address);
}
