import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';
import { LAYERS, type LayerRule } from './layer_rules.ts';

/** One import as it stands in a file. Relative targets are resolved to a path from the root. */
export interface Import {
  readonly from: string;
  readonly target: string;
  readonly kind: 'file' | 'package';
  /** Erased before anything runs. */
  readonly typeOnly: boolean;
}

/** The imports and re-exports of a source file, static and dynamic. */
export function importsOf(file: string, source: string): readonly Import[] {
  const { module } = parseSync(file, source);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const path = specifier.replace(/\?.*$/, '');
    const target = path.startsWith('.') ? posix.join(posix.dirname(file), path) : path;
    found.push({ from: file, target, kind: path.startsWith('.') ? 'file' : 'package', typeOnly });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
  }
  for (const { entries } of module.staticExports) {
    for (const entry of entries) if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text)?.[1];
    if (literal) add(literal, false);
  }
  return found;
}

const within = (path: string, place: string) => (place.endsWith('/') ? path.startsWith(place) : path === place);

/** The rule with the longest layer that fits. */
function ruleFor(file: string, rules: readonly LayerRule[] = LAYERS): LayerRule | undefined {
  return rules
    .filter((rule) => within(file, rule.layer))
    .sort((one, other) => other.layer.length - one.layer.length)[0];
}

/** A sentence for an import that its layer does not allow. */
export function offence(found: Import, rules: readonly LayerRule[] = LAYERS): string | undefined {
  const rule = ruleFor(found.from, rules);
  if (!rule) return `${found.from}: belongs to no layer; name it in test/runner/layer_rules.ts`;
  if (found.kind === 'package') {
    const name = found.target.startsWith('@')
      ? found.target.split('/').slice(0, 2).join('/')
      : found.target.split('/')[0];
    const allowed = rule.packages?.some(
      (entry) => entry === name || (entry === 'node:' && found.target.startsWith('node:')),
    );
    return rule.packages && !allowed
      ? `${found.from}: ${rule.layer} must not import the package ${found.target}`
      : undefined;
  }
  if (within(found.target, rule.layer)) return undefined;
  if (rule.imports.some((place) => within(found.target, place))) return undefined;
  if (rule.types?.some((place) => within(found.target, place))) {
    return found.typeOnly ? undefined : `${found.from}: may import only types from ${found.target}`;
  }
  return `${found.from}: ${rule.layer} must not import ${found.target}`;
}

/** Circles of imports that remain at run time, each told once. */
export function cycles(imports: readonly Import[]): readonly string[] {
  const edges = new Map<string, Set<string>>();
  for (const found of imports) {
    if (found.kind !== 'file' || found.typeOnly) continue;
    const targets = edges.get(found.from) ?? new Set();
    targets.add(found.target);
    edges.set(found.from, targets);
  }
  const done = new Set<string>();
  const path: string[] = [];
  const circles: string[] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push(`cycle: ${[...path.slice(at), file].join(' → ')}`);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of edges.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of edges.keys()) visit(file);
  return circles;
}

/** Every import of the three rooms. */
export async function collectImports(root: string): Promise<readonly Import[]> {
  const found: Import[] = [];
  for (const room of ['engine', 'renderer', 'electron']) {
    for (const name of await readdir(join(root, room), { recursive: true })) {
      const file = posix.join(room, name.replaceAll('\\', '/'));
      if (!/\.(ts|tsx)$/.test(file) || file.endsWith('.d.ts') || file.includes('node_modules/')) continue;
      found.push(...importsOf(file, await readFile(join(root, file), 'utf8')));
    }
  }
  return found;
}

/** What breaks the layers, in sentences; empty when all is well. */
export async function checkLayers(root: string): Promise<readonly string[]> {
  const imports = await collectImports(root);
  return [...imports.map((found) => offence(found)).filter((line) => line !== undefined), ...cycles(imports)];
}
