import type { TapeReport } from '../../engine/protocol/messages.ts';
import { onCanvasLoss } from '../charts/repaint.ts';
import type { Names } from '../stores/names.ts';
import type { Cell, TapeLayout } from './tape_layout.ts';
import { type Colours, cellAt, cellNear, coloursOf, paintTape, TAPE_HEIGHT } from './tape_paint.ts';
import { clamped, columnFor, FIRST_VIEW, revealed, type TapeView, wheeled } from './tape_view.ts';

/** Columns that stay in sight beside the one that is looked at. */
const AROUND = 2;

/** What the app says of a tape. */
export interface TapeScene {
  readonly tape: TapeReport;
  readonly layout: TapeLayout;
  readonly looked: number | undefined;
  readonly names: Names;
  /** Hears which entry is pointed at, or else looked at; called before it is drawn. */
  tell(position: number | undefined): void;
}

/** The canvas of the tape, past React: whatever the pointer does, it is drawn once a frame, and nothing is committed. */
export class TapeStage {
  readonly #canvas: HTMLCanvasElement;
  readonly #stops: readonly (() => void)[];
  #scene: TapeScene | undefined;
  #colours: Colours | undefined;
  #view: TapeView = FIRST_VIEW;
  #isZoomed = false;
  #width = 0;
  /** Where the canvas stands on the page. Asked for in every move it would have the page laid out once more in every move. */
  #corner = { left: 0, top: 0 };
  #hovered: number | undefined;
  #told: { readonly scene: TapeScene; readonly position: number | undefined } | undefined;
  #drag: { readonly x: number; readonly y: number } | undefined;
  #frame: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(canvas);
    const themes = new MutationObserver(() => {
      this.#colours = undefined;
      this.#schedule();
    });
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const onWheel = (event: WheelEvent) => this.#wheel(event);
    // React hears the wheel passively: there the page could not be kept from zooming.
    canvas.addEventListener('wheel', onWheel, { passive: false });
    this.#stops = [
      () => sizes.disconnect(),
      () => themes.disconnect(),
      // What comes back has lost its scale as well.
      onCanvasLoss(() => this.#resize()),
      () => canvas.removeEventListener('wheel', onWheel),
      () => cancelAnimationFrame(this.#frame ?? 0),
    ];
  }

  /** A new stop, or something else is looked at. Whoever steps sees where: that entry stays in sight. */
  show(scene: TapeScene): void {
    const isMoved = scene.looked !== this.#scene?.looked || scene.layout !== this.#scene?.layout;
    const entries = scene.tape.entries;
    // Who has zoomed keeps that; else columns are as wide as the names of another tape ask for.
    if (entries !== this.#scene?.tape.entries && !this.#isZoomed)
      this.#view = { ...this.#view, column: columnFor(namesOf(entries)) };
    this.#scene = scene;
    if (isMoved) this.#reveal();
    this.#schedule();
  }

  /** The pointer comes to the canvas, or is pressed there. */
  enter(): void {
    const { left, top } = this.#canvas.getBoundingClientRect();
    this.#corner = { left, top };
  }

  /** The entry under a point of the page. */
  at(point: { readonly clientX: number; readonly clientY: number }): Cell | undefined {
    const { x, y } = this.#place(point);
    return this.#scene && cellAt(this.#scene.layout, this.#view, x, y);
  }

  hover(position: number | undefined): void {
    if (position === this.#hovered) return;
    this.#hovered = position;
    this.#schedule();
  }

  /** The pointer is drawn along the tape. Gives the entry that it means. */
  drag(point: { readonly clientX: number; readonly clientY: number }): Cell | undefined {
    this.#drag = this.#place(point);
    return this.dragged();
  }

  /** What a pointer means that holds still while the tape moves on beneath it; undefined where none is drawn along it. */
  dragged(): Cell | undefined {
    if (this.#scene === undefined || this.#drag === undefined) return undefined;
    const cell = cellNear(this.#scene.layout, this.#view, this.#drag.x, this.#drag.y);
    this.hover(cell?.position);
    return cell;
  }

  drop(): void {
    this.#drag = undefined;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #place({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) {
    return { x: clientX - this.#corner.left, y: clientY - this.#corner.top };
  }

  #reveal(): void {
    if (this.#scene === undefined || this.#width === 0) return;
    const { layout, looked } = this.#scene;
    const column = layout.cells[looked ?? 0]?.column ?? 0;
    // Beneath a pointer that is drawn along it the tape stays where it is, as far as it can.
    const around = this.#drag === undefined ? AROUND : 0;
    this.#view = clamped(revealed(this.#view, column, this.#width, around), layout, this.#width);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (this.#scene === undefined) return;
    const { layout } = this.#scene;
    this.#isZoomed ||= event.ctrlKey;
    const wanted = wheeled(this.#view, event, this.#place(event).x, layout, this.#width);
    this.#view = clamped(wanted, layout, this.#width);
    // Another entry is under the pointer now.
    this.hover(this.at(event)?.position);
    this.#schedule();
  }

  #resize(): void {
    this.#width = this.#canvas.clientWidth;
    this.enter();
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(this.#width * scale);
    this.#canvas.height = Math.round(TAPE_HEIGHT * scale);
    this.#canvas.getContext('2d')?.scale(scale, scale);
    this.#reveal();
    // A canvas that gets another size is empty: waiting for the next frame would show that.
    this.#paint();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    cancelAnimationFrame(this.#frame ?? 0);
    this.#frame = undefined;
    const context = this.#canvas.getContext('2d');
    const scene = this.#scene;
    if (context === null || scene === undefined || this.#width === 0) return;
    const position = this.#hovered ?? scene.looked;
    if (scene !== this.#told?.scene || position !== this.#told.position) {
      this.#told = { scene, position };
      scene.tell(position);
    }
    this.#colours ??= coloursOf(this.#canvas);
    const { tape, layout, looked, names } = scene;
    const picture = { tape, layout, names, view: this.#view, looked, hovered: this.#hovered, width: this.#width };
    paintTape(context, picture, this.#colours);
  }
}

/** What is written in the columns; a `+=` is a mark without a name. */
const namesOf = (entries: TapeReport['entries']): string[] =>
  entries.flatMap(({ op }) => (op === 'accumulate' ? [] : [op]));
