import { checkDocument } from './check.ts';
import { diagnostic } from './diagnostics.ts';
import { type Diagnostic, FORMAT, type GraphDocument, VERSION } from './document.ts';
import { migrate } from './migrations.ts';
import { reasonOf, salvage } from './salvage.ts';
import { documentSchema, FORBIDDEN } from './schema.ts';

/** Documents hold no data; a larger one is refused before it is read. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

export type Parsed =
  | { readonly document: GraphDocument; readonly diagnostics?: undefined }
  | { readonly document?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** The diagnostic for a document of `bytes`, if that is too many. */
export function sizeProblem(bytes: number): Diagnostic | undefined {
  const megabytes = (n: number) => Math.ceil(n / 1024 / 1024);
  return bytes <= MAX_DOCUMENT_BYTES
    ? undefined
    : diagnostic('file-too-large', {}, { size: megabytes(bytes), limit: megabytes(MAX_DOCUMENT_BYTES) });
}

/**
 * Reads a document: size, JSON, format, version, migrations, schema. Meaning is `checkDocument`'s; where the schema is broken, what
 * it finds in the rest is told too. Never throws.
 */
export function parseDocument(text: string): Parsed {
  const tooLarge = sizeProblem(text.length);
  if (tooLarge !== undefined) return { diagnostics: [tooLarge] };
  // Editors on Windows put a byte order mark before UTF-8; JSON knows none.
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return { diagnostics: [jsonProblem(body, error)] };
  }
  if (!isRecord(json) || json.format !== FORMAT) return { diagnostics: [diagnostic('not-a-document', {})] };
  if (typeof json.version === 'number' && json.version > VERSION)
    return { diagnostics: [diagnostic('newer-version', {}, { version: json.version, known: VERSION })] };
  const migrated = migrate(json);
  const result = documentSchema.safeParse(migrated);
  // The schema passes over such keys without a word.
  const forbidden = body.includes(FORBIDDEN) ? forbiddenKeys(migrated) : [];
  if (result.success && forbidden.length === 0) return { document: result.data };
  const invalid = (path: readonly PropertyKey[], reason: string) =>
    diagnostic('invalid-field', placeOf(migrated, path), { path: path.map(String).join('.') || 'document', reason });
  const broken = [
    ...forbidden.map((path) => invalid(path, `nothing may be called ${FORBIDDEN}`)),
    ...(result.error?.issues ?? []).map((issue) => invalid(issue.path, reasonOf(issue, migrated))),
  ];
  const rest = forbidden.length > 0 ? undefined : salvage(migrated);
  const others = rest === undefined ? [] : checkDocument(rest).diagnostics.filter((d) => d.severity === 'error');
  return { diagnostics: [...broken, ...others] };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths to all keys that no document may have. */
function forbiddenKeys(document: Record<string, unknown>): (readonly PropertyKey[])[] {
  const found: (readonly PropertyKey[])[] = [];
  const open: { readonly value: object; readonly path: readonly PropertyKey[] }[] = [{ value: document, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const [key, value] of Object.entries(next.value)) {
      const path = [...next.path, Array.isArray(next.value) ? Number(key) : key];
      if (key === FORBIDDEN) found.push(path);
      else if (typeof value === 'object' && value !== null) open.push({ value, path });
    }
  return found.reverse();
}

/** The node that a path into the document belongs to. */
function placeOf(document: Record<string, unknown>, path: readonly PropertyKey[]): { node?: string } {
  const [section, index] = path;
  if (section !== 'nodes' || typeof index !== 'number' || !Array.isArray(document.nodes)) return {};
  const node: unknown = document.nodes[index];
  return isRecord(node) && typeof node.id === 'string' ? { node: node.id } : {};
}

function jsonProblem(text: string, error: unknown): Diagnostic {
  const said = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(said)?.[1];
  // Engines omit the position where the text ends too early or is short.
  const offset = at === undefined ? firstBadOffset(text, said) : Number(at);
  const before = text.slice(0, offset).split('\n');
  const reason = said.replace(/ in JSON at position.*$/s, '').replace(/, ?(\.\.\.)?".*$/s, '');
  return diagnostic('malformed-json', {}, { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason });
}

/** Where the quoted excerpt of V8's short message stands, else the end of the text. */
function firstBadOffset(text: string, message: string): number {
  const token = /Unexpected token '(.)'/su.exec(message)?.[1];
  if (token === undefined || /end of JSON/.test(message)) return text.length;
  const excerpt = /, (?:\.\.\.)?"(.*?)"(?:\.\.\.)? is not valid JSON/s.exec(message)?.[1];
  const start = excerpt === undefined ? -1 : text.indexOf(excerpt);
  if (excerpt === undefined || start < 0) return text.length;
  // V8 quotes ten characters on either side of the offender.
  const within = excerpt.indexOf(token, Math.max(0, Math.min(10, excerpt.length) - 1));
  return start + Math.max(0, within >= 0 ? within : excerpt.indexOf(token));
}
