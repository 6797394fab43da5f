import { EdgeLabelRenderer } from '@xyflow/react';
import { formatFigure } from '../nodes/figures.ts';
import css from './Debugger.module.css';
import type { Passing } from './marks.ts';

/** The middle of what stands on a wire, how much room is there from end to end, and whether its shape stands above it. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly room: number;
  readonly isShort: boolean;
}

/** A letter takes so much of the wire, what is around the text so much more, and what joins it so much at either end. */
const LETTER = 6.4;
const AROUND = 12;
const ENDS = 14;
/** Above the wire and the shape that stands on it; where it is longer than the wire, above ports and terminals too. */
const ABOVE = 15;
const HIGH = 27;

/**
 * The norm of what passes a wire, standing above it and before whatever the wire joins: no card cuts it off. In React Flow's layer
 * for labels, which is searched for where something passes, and nowhere else.
 */
export function PassingValue({ passing: { way, norm }, place }: { readonly passing: Passing; readonly place: Place }) {
  if (norm === null) return null;
  const figure = formatFigure(norm, 4);
  const long = `‖·‖ ${figure}`;
  const fits = (text: string) => text.length * LETTER + AROUND + ENDS < place.room;
  const text = place.room <= 0 || fits(long) ? long : formatFigure(norm, 3);
  const above = !place.isShort && (place.room <= 0 || fits(text)) ? ABOVE : HIGH;
  return (
    <EdgeLabelRenderer>
      <span
        className={css.passing}
        data-way={way}
        data-testid="passing"
        style={{ transform: `translate(-50%, -50%) translate(${place.x}px, ${place.y - above}px)` }}
      >
        {text}
      </span>
    </EdgeLabelRenderer>
  );
}
