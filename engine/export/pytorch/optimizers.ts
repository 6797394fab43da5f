import { nodeKinds } from '../../nodes/index.ts';
import type { Settings } from '../../nodes/settings.ts';
import { type Member, parametersOf } from '../members.ts';
import type { Definition } from '../script.ts';
import { indented, literal, number, snake, WIDTH } from './words.ts';

/**
 * `optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)`: the learning rate, and what differs from PyTorch's
 * defaults.
 */
export function optimizerLines(name: string, kind: string, settings: Settings, parameters: string): string[] {
  const defaults = nodeKinds.get(kind)?.settings ?? {};
  const { lr, parameters: _, ...rest } = settings;
  const isOwn = (name: string) => rest[name] !== defaults[name]?.default;
  const options = Object.entries(rest).flatMap(([name, value]) => {
    // PyTorch takes the two as one.
    if (name === 'beta2') return [];
    if (name === 'beta1')
      return isOwn('beta1') || isOwn('beta2') ? [`betas=(${literal(value)}, ${literal(rest.beta2)})`] : [];
    return isOwn(name) ? [`${snake(name)}=${literal(value)}`] : [];
  });
  const args = [parameters, `lr=${number(Number(lr))}`, ...options];
  const line = `${name} = torch.optim.${kind}(${args.join(', ')})`;
  if (line.length <= WIDTH) return [line];
  return [`${name} = torch.optim.${kind}(`, ...indented(args.map((argument) => `${argument},`)), ')'];
}

/** What is known of the members that parameters stand in. */
interface Holders {
  /** Addresses of those that the optimizer updates, and of those that it may be given as well: they get no gradient. */
  readonly owned: ReadonlySet<string>;
  readonly given: ReadonlySet<string>;
  readonly draws: readonly string[];
  path(member: Member): string;
  attributes(definition: Definition): {
    readonly members: readonly Member[];
    readonly attributes: ReadonlyMap<string, string>;
  };
}

/** `model.parameters()`, or a list where they are several things'. */
export function parameterList(members: readonly Member[], holders: Holders): string {
  const groups = members.flatMap((member) => groupsOf(member, holders.path(member), holders));
  const [only] = groups;
  return groups.length === 1 && only?.startsWith('*') === true ? only.slice(1) : `[${groups.join(', ')}]`;
}

function groupsOf(member: Member, path: string, holders: Holders): string[] {
  const addresses = parametersOf(member, holders.draws).map(({ address }) => address);
  if (!addresses.some((address) => holders.owned.has(address))) return [];
  if (member.kind === 'tensor') return [path];
  if (addresses.every((address) => holders.given.has(address))) return [`*${path}.parameters()`];
  if (member.kind === 'chain') return member.links.flatMap((link, i) => groupsOf(link, `${path}[${i}]`, holders));
  if (member.kind === 'layer')
    return member.of.parameters.flatMap(({ address, name }) => (holders.owned.has(address) ? [`${path}.${name}`] : []));
  if (member.kind !== 'instance') return [`*${path}.parameters()`];
  const { members, attributes } = holders.attributes(member.definition);
  return members.flatMap((inner) => groupsOf(inner, `${path}.${attributes.get(inner.address)}`, holders));
}
