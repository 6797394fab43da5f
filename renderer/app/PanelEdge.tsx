import type { KeyboardEvent, PointerEvent } from 'react';
import type { Panel } from '../stores/preferences.ts';
import { PANEL_LIMITS, usePreferences } from '../stores/preferences.ts';
import { useText } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import css from './PanelEdge.module.css';

/** Where each panel grows to: the axis, and which way along it is larger. */
const growth: Readonly<Record<Panel, { readonly axis: 'x' | 'y'; readonly sign: 1 | -1 }>> = {
  palette: { axis: 'x', sign: 1 },
  inspector: { axis: 'x', sign: -1 },
  dock: { axis: 'y', sign: -1 },
  code: { axis: 'x', sign: -1 },
};
/** The side of the canvas that each stands at. */
const sides: Readonly<Record<Panel, 'left' | 'right' | 'bottom'>> = {
  palette: 'left',
  inspector: 'right',
  dock: 'bottom',
  code: 'right',
};
const arrows: Readonly<Record<string, { readonly axis: 'x' | 'y'; readonly sign: 1 | -1 }>> = {
  ArrowLeft: { axis: 'x', sign: -1 },
  ArrowRight: { axis: 'x', sign: 1 },
  ArrowUp: { axis: 'y', sign: -1 },
  ArrowDown: { axis: 'y', sign: 1 },
};
const icons = {
  palette: ['left', 'right'],
  inspector: ['right', 'left'],
  dock: ['down', 'up'],
  code: ['right', 'left'],
} as const;

/** The border between the canvas and a panel: drag it, or move it with the arrow keys; its button folds the panel away. */
export function PanelEdge({ panel }: { readonly panel: Panel }) {
  const text = useText();
  const { size, open } = usePreferences((state) => state.panels[panel]);
  const { setPanel } = usePreferences.getState();
  const { axis, sign } = growth[panel];
  const { min, max } = PANEL_LIMITS[panel];

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const edge = event.currentTarget;
    const from = open ? size : 0;
    const start = axis === 'x' ? event.clientX : event.clientY;
    edge.setPointerCapture(event.pointerId);
    const move = (at: globalThis.PointerEvent) => {
      const wanted = from + sign * ((axis === 'x' ? at.clientX : at.clientY) - start);
      // Dragged well below its least size, a panel folds away; dragged back, it returns.
      setPanel(panel, wanted < min / 2 ? { open: false } : { open: true, size: wanted });
    };
    const end = () => edge.removeEventListener('pointermove', move);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('lostpointercapture', end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key];
    if (arrow?.axis !== axis) return;
    event.preventDefault();
    setPanel(panel, { open: true, size: open ? size + arrow.sign * sign * (event.shiftKey ? 48 : 12) : size });
  };
  const [fold, unfold] = icons[panel];
  return (
    <div className={css.edge} data-panel={panel} data-side={sides[panel]} data-open={open || undefined}>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be operated; this is ARIA's window splitter. */}
      <div
        className={css.grip}
        role="separator"
        tabIndex={0}
        aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
        aria-label={`${text[panel].title}: ${text.resize}`}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={open ? size : 0}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
        onDoubleClick={() => setPanel(panel, { open: true, size: PANEL_LIMITS[panel].usual })}
      />
      <button
        type="button"
        className={css.fold}
        aria-expanded={open}
        aria-label={open ? text[panel].hide : text[panel].show}
        title={open ? text[panel].hide : text[panel].show}
        onClick={() => setPanel(panel, { open: !open })}
      >
        <Icon name={open ? fold : unfold} size={12} />
      </button>
    </div>
  );
}
