import { canvasActions } from '../commands/canvas_actions.ts';
import { activeTab } from '../stores/documents.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useUnrolledView } from '../stores/unrolled.ts';
import type { Step, Target } from './steps.ts';

/** Where on the screen the things are that the tour speaks of. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function selectorOf(target: Target): string {
  if ('command' in target) return `[data-command="${target.command}"]`;
  return 'node' in target ? `[data-canvas] [data-node="${target.node}"]` : `[data-tour="${target.part}"]`;
}

export const elementOf = (target: Target): HTMLElement | null => document.querySelector(selectorOf(target));

/** What can be seen of an element: nothing where it is hidden, or scrolled out of what holds it. */
export function seen(element: Element): Box | undefined {
  if (!element.checkVisibility()) return undefined;
  let { left, top, right, bottom }: Box = element.getBoundingClientRect();
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (getComputedStyle(at).overflow === 'visible') continue;
    const box = at.getBoundingClientRect();
    left = Math.max(left, box.left);
    top = Math.max(top, box.top);
    right = Math.min(right, box.right);
    bottom = Math.min(bottom, box.bottom);
  }
  return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : undefined;
}

/** Pixels of the canvas that the tour's note needs, and those that are left free where it is not. */
const NOTE = 232;
const REST = 40;

/** Opens what a step points at is in, and brings it into view, with room for the note. A panel scrolls to it once it is there. */
export function reveal({ target, side }: Pick<Step, 'target' | 'side'>): void {
  if ('panel' in target) usePreferences.getState().setPanel(target.panel, { open: true });
  useUnrolledView.getState().setOpen(false);
  // Beside a card the note lies where its side says; beside a bar or a panel it lies on the edge of the canvas that is next to it.
  const isAbove = 'node' in target ? side === 'top' : side !== 'top';
  const free = isAbove ? { top: NOTE, bottom: REST } : { top: REST, bottom: NOTE };
  const bring = () => canvasActions()?.bring('node' in target ? around(target.node) : everything(), free);
  // A panel that has just been opened takes its place from the canvas in the next frame.
  requestAnimationFrame(() => requestAnimationFrame(bring));
}

const everything = (): string[] => activeTab()?.document.nodes.map(({ id }) => id) ?? [];

/** A node and what is wired to it. */
function around(node: string): string[] {
  const owner = (port: string) => port.slice(0, port.indexOf('.'));
  const wires = activeTab()?.document.wires ?? [];
  const ends = wires.map(({ from, to }) => [owner(from), owner(to)]).filter((pair) => pair.includes(node));
  return [...new Set([node, ...ends.flat()])];
}
