import type { z } from 'zod';
import { shownValue } from './diagnostics.ts';
import { emptyDocument, type GraphDocument, splitPort } from './document.ts';
import { documentSchema } from './schema.ts';

/** What can be done with a document that breaks the schema: say what is wrong in plain words, and check the rest of it. */
type Issue = z.core.$ZodIssue;
type Json = Record<string, unknown>;

const words: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** `expected a whole number, got "ten"`. */
export function reasonOf(issue: Issue, document: Json): string {
  const got = `, got ${abridged(shownValue(valueAt(document, issue.path)))}`;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${words[issue.expected] ?? issue.expected}${got}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => shownValue(value)).join(' or ')}${got}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${got}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `expected at most ${issue.maximum} characters`
        : `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${got}`;
    case 'unrecognized_keys':
      return `there is no ${issue.keys.join(' and no ')} here`;
    case 'invalid_union':
      return nearest(issue, document) ?? issue.message + got;
    default:
      return issue.message;
  }
}

/**
 * What is wrong with a value that may be one of several things, if it is plain which of them it was meant to be: the one that has
 * all of its keys, or most of them, and then the one that lacks the least.
 */
function nearest({ errors, path }: z.core.$ZodIssueInvalidUnion, document: Json): string | undefined {
  const [first, second] = errors
    .map((issues) => ({ issues, strange: strangeKeys(issues) }))
    .sort((a, b) => a.strange - b.strange || a.issues.length - b.issues.length);
  if (first === undefined || (second?.strange === first.strange && second.issues.length === first.issues.length))
    return undefined;
  const [issue] = first.issues;
  if (issue === undefined) return undefined;
  const reason = reasonOf({ ...issue, path: [...path, ...issue.path] }, document);
  return issue.path.length === 0 ? reason : `${issue.path.map(String).join('.')}: ${reason}`;
}

const strangeKeys = (issues: readonly Issue[]): number =>
  issues.reduce((n, issue) => n + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);

const abridged = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const isContainer = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function valueAt(document: Json, path: readonly PropertyKey[]): unknown {
  let at: unknown = document;
  for (const key of path) at = isContainer(at) && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
  return at;
}

/**
 * The document without what breaks the schema, so that everything else that is wrong with it can be said in the same breath.
 * Undefined where too little would be left.
 */
export function salvage(document: Json): GraphDocument | undefined {
  const rest: Json = structuredClone(document);
  // First the values themselves; where something is missing, what it is missing from; at last the whole section.
  for (const depth of [Number.POSITIVE_INFINITY, 2, 1]) {
    const result = documentSchema.safeParse(rest);
    if (result.success) return result.data;
    // From behind, so that places in lists stay what they are.
    for (const issue of result.error.issues.toReversed()) {
      const path = issue.path.slice(0, depth);
      if (issue.code === 'unrecognized_keys' && path.length === issue.path.length)
        for (const key of issue.keys) take(rest, [...path, key]);
      else take(rest, path);
    }
  }
  const result = documentSchema.safeParse(rest);
  return result.success ? result.data : undefined;
}

/** Takes away what stands at a path; an empty document's value takes its place where there is one. */
function take(document: Json, path: readonly PropertyKey[]): void {
  const key = path.at(-1);
  const holder = valueAt(document, path.slice(0, -1));
  if (key === undefined || !isContainer(holder)) return;
  if (Array.isArray(holder) && typeof key === 'number') {
    const [gone] = holder.splice(key, 1);
    if (path[0] === 'nodes' && isContainer(gone) && Array.isArray(document.wires))
      document.wires = document.wires.filter((wire) => !leadsTo(wire, gone.id));
    return;
  }
  const usual = valueAt({ ...emptyDocument() }, path);
  if (usual === undefined) Reflect.deleteProperty(holder, key);
  else Reflect.set(holder, key, usual);
}

const leadsTo = (wire: unknown, id: unknown): boolean =>
  isContainer(wire) && [wire.from, wire.to].some((end) => typeof end === 'string' && splitPort(end).node === id);
