import { type KeyboardEvent, type PointerEvent, useCallback, useLayoutEffect, useMemo, useRef } from 'react';
import type { TapeReport } from '../../engine/protocol/messages.ts';
import { travel } from '../commands/training.ts';
import { useNames } from '../stores/names.ts';
import { lookedAt, type Standing, useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { Film } from './Film.tsx';
import { type Scrub, startScrub } from './scrub.ts';
import { layOutTape, scrubbed } from './tape_layout.ts';
import { TAPE_HEIGHT } from './tape_paint.ts';
import { TapeStage } from './tape_stage.ts';
import { spokenOf, titleOf } from './titles.ts';
import { useWords } from './words.ts';

interface Props {
  readonly tab: string;
  readonly standing: Standing;
  readonly tape: TapeReport;
  /** The pointer begins to be drawn along the tape, or is let go. */
  onScrub(isOn: boolean): void;
}

/** A hand that trembles draws nothing along the tape: so far the pointer moves first, in pixels. */
const SLOP = 4;

/** The tape as a picture to look at, to zoom and to be drawn along; beneath it, what is under the pointer. */
export function TapePicture({ tab, standing, tape, onScrub }: Props) {
  const words = useWords();
  const names = useNames(tab);
  const canvas = useRef<HTMLCanvasElement>(null);
  const caption = useRef<HTMLParagraphElement>(null);
  const stage = useRef<TapeStage>(undefined);
  const pressed = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const scrub = useRef<Scrub>(undefined);
  const wasDrawn = useRef(false);
  const layout = useMemo(() => layOutTape(tape.entries), [tape.entries]);
  const looked = lookedAt(standing);
  const { look } = useStanding.getState();

  // Written past React: a pointer that passes over thousands of entries commits nothing.
  const tell = useCallback(
    (position: number | undefined) => {
      const entry = position === undefined ? undefined : tape.entries[position];
      const [title, address, number] = caption.current?.children ?? [];
      if (title === undefined || address === undefined || number === undefined || caption.current === null) return;
      caption.current.dataset.phase = entry?.phase ?? '';
      title.textContent = titleOf(entry, words, names);
      address.textContent = names.whole(entry?.address ?? '');
      number.textContent = entry === undefined || position === undefined ? '' : words.entry(position + 1);
    },
    [tape.entries, words, names],
  );

  useLayoutEffect(() => {
    if (canvas.current === null) return;
    const made = new TapeStage(canvas.current);
    stage.current = made;
    return () => {
      made.close();
      scrub.current?.end();
    };
  }, []);

  const go = (position: number | undefined) =>
    position === undefined ? undefined : scrub.current?.to({ iteration: tape.iteration, position: position + 1 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `go` reads nothing but the tape.
  useLayoutEffect(() => {
    stage.current?.show({ tape, layout, looked, names, tell });
    // Where the pointer is held beyond the border, the tape comes to it.
    if (scrub.current !== undefined) go(stage.current?.dragged()?.position);
  }, [tape, layout, looked, names, tell]);

  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = pressed.current;
    const isDrawn = from !== undefined && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLOP;
    if (scrub.current === undefined && isDrawn) {
      scrub.current = startScrub(tab);
      wasDrawn.current = true;
      onScrub(true);
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    if (scrub.current === undefined) stage.current?.hover(stage.current.at(event)?.position);
    else go(stage.current?.drag(event)?.position);
  };
  const letGo = () => {
    pressed.current = undefined;
    stage.current?.drop();
    if (scrub.current !== undefined) onScrub(false);
    scrub.current?.end();
    scrub.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = scrubbed(tape.entries, layout, looked ?? 0, event.key);
    if (next !== undefined) look(tab, next);
    else if (event.key === 'Enter' && looked !== undefined)
      void travel({ iteration: tape.iteration, position: looked + 1 });
    else if (event.key === 'Escape') look(tab, null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <canvas
        ref={canvas}
        className={css.picture}
        height={TAPE_HEIGHT}
        tabIndex={0}
        role="slider"
        aria-label={words.tape}
        aria-valuemin={0}
        aria-valuemax={tape.entries.length}
        aria-valuenow={(looked ?? -1) + 1}
        aria-valuetext={looked === undefined ? '' : spokenOf(tape.entries[looked], looked, words, names)}
        title={words.help}
        onPointerDown={(event) => {
          wasDrawn.current = false;
          stage.current?.enter();
          if (event.button === 0) pressed.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerEnter={() => stage.current?.enter()}
        onPointerMove={onPointerMove}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onPointerLeave={() => {
          if (scrub.current === undefined) pressed.current = undefined;
          stage.current?.hover(undefined);
        }}
        onClick={(event) => {
          // The click that ends a drag is none.
          const position = wasDrawn.current ? undefined : stage.current?.at(event)?.position;
          if (position !== undefined) look(tab, position);
        }}
        onDoubleClick={(event) => {
          const position = stage.current?.at(event)?.position;
          if (position !== undefined) void travel({ iteration: tape.iteration, position: position + 1 });
        }}
        onKeyDown={onKeyDown}
      />
      <p ref={caption} className={css.caption}>
        <b />
        <span className="num dim" />
        <span className="num dim" />
      </p>
      <Film frames={tape.film} current={tape.iteration} names={names} />
    </>
  );
}
