import { type PointerEvent, useCallback, useLayoutEffect, useRef } from 'react';

const LEAST = 0.1;
const MOST = 2;
const STEP = 1.25;
/** What one unit of the wheel does, as an exponent of two. */
const WHEEL = 0.002;
/** Below this nothing can be read, so that is how small a long graph is shown at first. */
const READABLE = 0.7;

/**
 * Zooms and pans a drawing of a fixed size in a window that scrolls. It is written past React. The wheel zooms around the
 * pointer, as on the canvas; whoever drags the ground pans.
 */
export function useZoom(width: number, height: number) {
  const window = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const scale = useRef(1);

  const set = useCallback(
    (wanted: number, around?: { readonly x: number; readonly y: number }) => {
      const frame = window.current;
      if (frame === null || sheet.current === null || drawing.current === null) return;
      const next = Math.min(MOST, Math.max(LEAST, wanted));
      const { x, y } = around ?? { x: frame.clientWidth / 2, y: frame.clientHeight / 2 };
      const before = drawing.current.getBoundingClientRect();
      const box = frame.getBoundingClientRect();
      // The place of the drawing that is under the pointer stays there.
      const place = { x: (box.left + x - before.left) / scale.current, y: (box.top + y - before.top) / scale.current };
      scale.current = next;
      sheet.current.style.width = `${width * next}px`;
      sheet.current.style.height = `${height * next}px`;
      drawing.current.style.transform = `scale(${next})`;
      const after = drawing.current.getBoundingClientRect();
      frame.scrollLeft += after.left + place.x * next - (box.left + x);
      frame.scrollTop += after.top + place.y * next - (box.top + y);
    },
    [width, height],
  );

  const fit = useCallback(
    (least = LEAST) => {
      const frame = window.current;
      if (frame === null || width === 0 || height === 0) return;
      set(Math.max(least, Math.min(1, frame.clientWidth / width, frame.clientHeight / height)));
      frame.scrollLeft = 0;
    },
    [set, width, height],
  );

  useLayoutEffect(() => fit(READABLE), [fit]);

  useLayoutEffect(() => {
    const frame = window.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = frame?.getBoundingClientRect();
      if (box === undefined) return;
      const around = { x: event.clientX - box.left, y: event.clientY - box.top };
      set(scale.current * 2 ** (-event.deltaY * WHEEL * (event.ctrlKey ? 5 : 1)), around);
    };
    // React hears the wheel passively: there the page could not be kept from zooming.
    frame?.addEventListener('wheel', onWheel, { passive: false });
    return () => frame?.removeEventListener('wheel', onWheel);
  }, [set]);

  const dragging = {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button > 1 || (event.target instanceof Element && event.target.closest('button'))) return;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
      event.currentTarget.scrollLeft -= event.movementX;
      event.currentTarget.scrollTop -= event.movementY;
    },
  };
  return {
    window,
    sheet,
    drawing,
    dragging,
    in: () => set(scale.current * STEP),
    out: () => set(scale.current / STEP),
    fit: () => fit(),
  };
}
