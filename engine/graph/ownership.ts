import type { Settings } from '../nodes/settings.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { Facts } from './check.ts';
import { diagnostic } from './diagnostics.ts';
import { type Diagnostic, splitPort } from './document.ts';
import { isScalar } from './losses.ts';
import type { Structure } from './structure.ts';
import { upstream } from './walk.ts';

/** The node outside of blocks that holds `id`. */
export function topOf(structure: Structure, id: string): string {
  return structure.paths.get(id)?.split('/')[0] ?? id;
}

/** Addresses of the parameters that stand in node `id` of the document, or in what it contains. */
function parametersIn(structure: Structure, id: string, addresses: Iterable<string>): string[] {
  const path = structure.paths.get(id);
  if (path === undefined) return [];
  return [...addresses].filter((address) => address.startsWith(`${path}.`) || address.startsWith(`${path}/`));
}

/** Addresses of the parameters of a list of nodes; null or an empty list: all of them. */
export function parametersNamed(
  structure: Structure,
  ids: readonly string[] | null,
  addresses: ReadonlySet<string>,
): Set<string> {
  if (ids === null || ids.length === 0) return new Set(addresses);
  return new Set(ids.flatMap((id) => parametersIn(structure, id, addresses)));
}

/** What is known of a parameter where its owner is looked for. */
interface Owned {
  readonly requiresGrad: boolean;
  /** Nodes of the document that use it. */
  readonly users: ReadonlySet<string>;
}

/** Addresses of the parameters that the optimizer `node` updates: all that reach its loss, or those among them that it names. */
export function parametersOwned(
  structure: Structure,
  { node, settings }: { readonly node: string; readonly settings: Settings },
  parameters: ReadonlyMap<string, Owned>,
): string[] {
  const reaching = upstream(structure, node);
  const ids = Array.isArray(settings.parameters) ? settings.parameters.map(String) : null;
  const chosen = parametersNamed(structure, ids, new Set(parameters.keys()));
  return [...parameters].flatMap(([address, { requiresGrad, users }]) =>
    requiresGrad && chosen.has(address) && [...users].some((user) => reaching.has(topOf(structure, user)))
      ? [address]
      : [],
  );
}

/** Every parameter has at most one owner; what names a parameter names one that exists. */
export function ownership(structure: Structure, facts: Facts): Diagnostic[] {
  const found: Diagnostic[] = [];
  const owners = new Map<string, string[]>();
  const own = (address: string, node: string) => {
    const list = owners.get(address);
    if (list) list.push(node);
    else owners.set(address, [node]);
  };
  const addresses = new Set(facts.parameters.keys());
  const report = (node: string, kind: string, parameter: string) => {
    const known = [...new Set([...facts.parameters.values()].map((p) => p.node))].join(', ') || 'none yet';
    found.push(diagnostic('unknown-parameter', { node }, { kind, parameter: JSON.stringify(parameter), known }));
  };
  // Behind a function that is pending nobody knows yet who holds parameters.
  const pending = facts.functions.some(({ traced }) => traced === undefined);
  const requireKnown = (node: string, kind: string, ids: readonly string[]) => {
    for (const id of ids) {
      if (pending && structure.paths.has(id)) continue;
      if (parametersIn(structure, id, addresses).length === 0) report(node, kind, id);
    }
  };

  for (const { node, kind, loss, settings } of facts.optimizers) {
    const named = Array.isArray(settings.parameters) ? settings.parameters.map(String) : [];
    requireKnown(node, kind, named);
    const owned = parametersOwned(structure, { node, settings }, facts.parameters);
    const complete = named.length === 0 || named.every((id) => parametersIn(structure, id, addresses).length > 0);
    if (owned.length === 0 && complete && isScalar(loss)) found.push(diagnostic('no-parameters', { node }, { kind }));
    for (const address of owned) own(address, node);
  }
  for (const { node, kind, parameters, gradient } of facts.updates) {
    requireKnown(node, kind, parameters ?? []);
    if (gradient === undefined || parameters === null) continue;
    for (const parameter of gradientsBefore(structure, node))
      if (facts.gradless.has(parameter))
        found.push(diagnostic('no-gradient', { node, port: 'gradient' }, { kind, parameter }));
    for (const address of parametersNamed(structure, parameters, addresses)) {
      if (!parameters.some((id) => parametersIn(structure, id, [address]).length > 0)) continue;
      own(address, node);
      const expected = facts.parameters.get(address)?.shape ?? [];
      if (!sameShape(expected, gradient.shape))
        found.push(
          diagnostic(
            'update-shape',
            { node, port: 'gradient' },
            { parameter: address, expected: formatShape(expected), got: formatShape(gradient.shape) },
          ),
        );
    }
  }
  return [...found, ...clashes(facts, owners)];
}

/** Nodes whose gradients an Update is made of. */
function gradientsBefore({ nodes, incoming }: Structure, update: string): Set<string> {
  const found = new Set<string>();
  const seen = new Set([update]);
  // A set's iterator also visits what is added on the way.
  for (const id of seen)
    for (const { name } of nodes.get(id)?.kind.inputs ?? []) {
      const wire = incoming.get(`${id}.${name}`);
      if (wire === undefined) continue;
      const { node, port } = splitPort(wire.from);
      const isLate = nodes.get(node)?.kind.outputs.some((output) => output.name === port && output.phase === 'update');
      if (isLate === true) found.add(node);
      seen.add(node);
    }
  return found;
}

function clashes(facts: Facts, owners: ReadonlyMap<string, readonly string[]>): Diagnostic[] {
  const groups = new Map<string, { owners: readonly string[]; owned: Set<string> }>();
  for (const [address, list] of owners) {
    if (list.length < 2) continue;
    const node = facts.parameters.get(address)?.node ?? address;
    const group = groups.get(list.join());
    if (group) group.owned.add(node);
    else groups.set(list.join(), { owners: list, owned: new Set([node]) });
  }
  return [...groups.values()].flatMap((group) =>
    [...new Set(group.owners)].map((node) =>
      diagnostic(
        'two-owners',
        { node, port: facts.updates.some((update) => update.node === node) ? 'gradient' : 'loss' },
        { owned: [...group.owned].join(', '), owners: [...new Set(group.owners)].join(' and ') },
      ),
    ),
  );
}
