import type { GraphDocument } from '../../engine/graph/document.ts';
import { manyBlocks, oddNames, skippedInChain, tiedAndUntied, withEverything } from './exported_cases.ts';
import {
  beside,
  byHandAndNot,
  givenUp,
  globalNames,
  longNames,
  noLetters,
  ownNames,
  readByMany,
  skipped,
  skippedAndKept,
  skippedAndScaled,
  skippedApart,
  skippedWhole,
  twoOutputs,
  untiedInUntied,
  widths,
} from './exported_hard_cases.ts';
import { labelled, uneven } from './exported_uneven_cases.ts';
import { masks, readBeforeWritten, withoutMeaning } from './exported_written_cases.ts';

/** Documents written by hand, each for something that code is hard to write for: every language has to give their losses. */
export const handWritten: readonly (readonly [what: string, document: GraphDocument])[] = [
  ['blocks in blocks', manyBlocks],
  ['tied instances and untied loops', tiedAndUntied],
  ['odd names', oddNames],
  ['all operations, and a bit of everything', withEverything],
  ['a function of two outputs', twoOutputs],
  ['updates by hand beside an optimizer', byHandAndNot],
  ['values that many read', readByMany],
  ['loops in a chain that are skipped', skippedInChain],
  ['a parameter that a pass skips', skipped],
  ['one whose gradient is computed with', skippedAndScaled],
  ['one whose gradient is never cleared', skippedAndKept],
  ['several, updated by what they share', skippedApart],
  ['the only one, so that nothing is left', skippedWhole],
  ['one that an iteration gives up', givenUp],
  ['modules of several widths', widths],
  ['names of its own', ownNames],
  ['names without letters', noLetters],
  ['names that JavaScript has', globalNames],
  ['names that no line has room for', longNames],
  ['parts beside the network', beside],
  ['untied loops in untied loops', untiedInUntied],
  ['functions that count rows, in a last batch of 6', uneven(7)],
  ['in one of 44', uneven(64)],
  ['in one of a single row', uneven(299)],
  ['functions of labels that count rows', labelled],
  ['masks', masks],
  ['settings without meaning', withoutMeaning],
  ...readBeforeWritten.map((document) => [`written after it is read, ${document.name}`, document] as const),
];
