interface Part {
  readonly at: string;
  /** What is best begun with in it, the best first. */
  readonly first: readonly string[];
  /** Begins there every time; of the others the focus comes back to where it was. */
  readonly always?: true;
}

/** The parts of the window in their order. */
const PARTS: readonly Part[] = [
  { at: 'header', first: ['[data-command="run.train"]'] },
  { at: '[data-palette]', first: ['input'] },
  { at: '[data-canvas]', first: ['.react-flow__node.selected', '.react-flow__node'], always: true },
  { at: '[data-unrolled]', first: ['button'] },
  { at: '[data-code]', first: ['[role=textbox]'] },
  { at: '[data-inspector]', first: ['button, input'] },
  { at: '[data-dock]', first: ['[role=slider]'], always: true },
];
const ANY = 'button, input, select, textarea, [tabindex]';

/** By part: where the focus was when it was left. */
const left = new WeakMap<Element, Element>();
let recent: Element | undefined;

/**
 * Puts the focus into the next part of the window, or the one before: whoever has no mouse need not pass everything in
 * between. Where what had the focus is gone, as a row of a moment that one went back over, it returns to that part.
 */
export function focusPart(direction: 1 | -1): void {
  const parts = PARTS.flatMap((part) => {
    const element = document.querySelector(part.at);
    return element === null ? [] : [{ ...part, element }];
  });
  const active = document.activeElement;
  const here = parts.find(({ element }) => element.contains(active));
  if (here !== undefined && active !== null) left.set(here.element, active);
  const lost = here === undefined ? parts.findIndex(({ element }) => element === recent) : -1;
  const from = here === undefined ? (lost < 0 ? lost : lost - direction) : parts.indexOf(here);
  for (let i = 1; i <= parts.length; i++) {
    const next = parts.at((from + direction * i) % parts.length);
    if (next !== undefined && enter(next)) return;
  }
}

/** What is covered or dead takes no focus: then the next candidate is asked. */
function enter({ element, first, always }: Part & { readonly element: Element }): boolean {
  const remembered = always ? undefined : left.get(element);
  const candidates = [...first, ANY].flatMap((selector) => [...element.querySelectorAll(selector)]);
  return [remembered, ...candidates].some((one) => {
    if (!(one instanceof HTMLElement) || !element.contains(one)) return false;
    one.focus();
    if (document.activeElement !== one) return false;
    recent = element;
    return true;
  });
}
