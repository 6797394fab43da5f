import type { GraphDocument } from '../../engine/graph/document.ts';
import { type Point, rounded } from '../stores/edits.ts';
import type { Pasted } from '../stores/fragment.ts';
import { spliced } from '../stores/splice.ts';
import { type Box, freeSpot } from './free_spot.ts';
import { boxOfNote } from './notes.ts';
import { around, boxesOf } from './push_aside.ts';

/** How far what was pasted has to go to cover nothing, and the room that it takes there. */
export interface Landing {
  readonly by: Point;
  readonly box: Box;
}

/** The free room nearest to `middle`, or to where it stands, for what came into a graph; undefined: nothing came. */
export function landing({ document, ids, notes }: Pasted, middle: Point | undefined): Landing | undefined {
  const drawn = spliced(document);
  const outer = drawn.nodes.filter(({ parent }) => parent === undefined).map(({ id }) => id);
  const part = (isNew: boolean): Box[] => [
    ...boxesOf(
      drawn,
      outer.filter((id) => ids.includes(id) === isNew),
    ),
    ...notesOf(document, (id) => notes.includes(id) === isNew),
  ];
  if (ids.length + notes.length === 0) return undefined;
  const { left, top, right, bottom } = around(part(true));
  const [width, height] = [right - left, bottom - top];
  const start = middle === undefined ? { x: left, y: top } : { x: middle.x - width / 2, y: middle.y - height / 2 };
  const spot = rounded(freeSpot({ ...start, width, height }, part(false)));
  return { by: { x: spot.x - left, y: spot.y - top }, box: { ...spot, width, height } };
}

const notesOf = ({ view }: GraphDocument, is: (id: string) => boolean): Box[] =>
  (view.notes ?? []).filter(({ id }) => is(id)).map(boxOfNote);
