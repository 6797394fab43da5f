import type { GraphDocument } from './document.ts';

/** Keys in the order in which a document is written; others follow in the order they came. */
const KEY_ORDER: Readonly<Record<string, readonly string[]>> = {
  '': ['format', 'version', 'name', 'modules', 'nodes', 'wires', 'data', 'run', 'view'],
  nodes: ['id', 'kind', 'parent', 'settings'],
  wires: ['from', 'to'],
  run: ['mode', 'seed', 'steps', 'epochs', 'batchSize', 'losses'],
  view: ['nodes', 'notes'],
  'view.nodes': ['x', 'y', 'width', 'height', 'collapsed', 'label'],
  'view.notes': ['id', 'node', 'x', 'y', 'width', 'text'],
};

/** These hold entries by name, in the document's own order. */
const MAPS = new Set(['modules', 'data', 'view.nodes', 'nodes.settings']);
const LINE = 100;

/**
 * The text of a document: keys in a fixed order, short numbers (positions to a tenth of a pixel), small objects on one line,
 * so that a difference in git shows what changed. Equal documents give equal bytes.
 */
export function formatDocument(document: GraphDocument): string {
  return `${write(document, '', '')}\n`;
}

function write(value: unknown, path: string, indent: string): string {
  if (typeof value === 'number') return JSON.stringify(path.startsWith('view.') ? Math.round(value * 10) / 10 : value);
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
  const order = MAPS.has(path) ? undefined : KEY_ORDER[path];
  if (order === undefined) return present;
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return present.sort(([a], [b]) => rank(a) - rank(b));
}

const childPath = (path: string, key: string): string => (MAPS.has(path) ? path : path === '' ? key : `${path}.${key}`);
