import type { GraphDocument } from './document.ts';

/** Keys in the order in which a document is written; others follow in the order they came. `*` is an entry of a map. */
const KEY_ORDER: Readonly<Record<string, readonly string[]>> = {
  '': ['format', 'version', 'name', 'modules', 'nodes', 'wires', 'data', 'run', 'view'],
  'modules.*': ['params', 'ports', 'nodes', 'wires'],
  'params.*': ['type', 'default', 'min', 'max'],
  ports: ['inputs', 'outputs'],
  'ports.inputs': ['name', 'type'],
  'ports.outputs': ['name', 'type'],
  nodes: ['id', 'kind', 'parent', 'tiedTo', 'settings'],
  wires: ['from', 'to'],
  'data.*': ['path', 'sha256'],
  run: ['mode', 'seed', 'steps', 'epochs', 'batchSize', 'losses', 'draws'],
  view: ['nodes', 'notes', 'modules', 'breakpoints', 'pauseOnNonFinite'],
  'view.nodes.*': ['x', 'y', 'width', 'height', 'collapsed', 'label'],
  'view.notes': ['id', 'node', 'x', 'y', 'width', 'text'],
  'view.breakpoints': [
    'node',
    'pass',
    'when',
    'wire',
    'parameter',
    'block',
    'iteration',
    'condition',
    'hits',
    'disabled',
  ],
};

/** These hold entries by name, in the document's own order. */
const MAPS = new Set(['modules', 'data', 'params', 'view.nodes', 'view.modules', 'nodes.settings']);

/** A definition is written as a document is, and its view as the document's. */
const ruleOf = (path: string): string =>
  path.replace(/^modules\.\*\./, '').replace(/^view\.modules\.\*(?=\.|$)/, 'view');
const LINE = 100;

const isCoordinate = (path: string): boolean => path.startsWith('view.') && !path.startsWith('view.breakpoints');

/**
 * The text of a document: keys in a fixed order, short numbers (positions to a tenth of a pixel), small objects on one line,
 * so that a difference in git shows what changed. Equal documents give equal bytes.
 */
export function formatDocument(document: GraphDocument): string {
  return `${write(document, '', '')}\n`;
}

function write(value: unknown, path: string, indent: string): string {
  if (typeof value === 'number') return JSON.stringify(isCoordinate(path) ? Math.round(value * 10) / 10 : value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const entries = isArray
    ? value.map((item) => write(item, path, inner))
    : orderedEntries(value, path).map(
        ([key, item]) => `${JSON.stringify(key)}: ${write(item, childPath(path, key), inner)}`,
      );
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return `${open}${close}`;
  const space = isArray ? '' : ' ';
  const line = `${open}${space}${entries.join(', ')}${space}${close}`;
  const isLeaf = path !== '' && path !== 'view' && !(isArray && entries.some((e) => e.startsWith('{')));
  if (isLeaf && !line.includes('\n') && indent.length + line.length <= LINE) return line;
  return `${open}\n${entries.map((e) => inner + e).join(',\n')}\n${indent}${close}`;
}

function orderedEntries(value: object, path: string): (readonly [string, unknown])[] {
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  const order = KEY_ORDER[ruleOf(path)];
  if (order === undefined) return present;
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return present.sort(([a], [b]) => rank(a) - rank(b));
}

const childPath = (path: string, key: string): string =>
  MAPS.has(ruleOf(path)) ? `${path}.*` : path === '' ? key : `${path}.${key}`;
