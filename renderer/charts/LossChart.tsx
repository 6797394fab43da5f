import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import css from '../app/Dock.module.css';
import { formatFigure } from '../nodes/figures.ts';
import { useDocuments } from '../stores/documents.ts';
import { losses, subscribeFrame } from '../stores/live.ts';
import { usePreferences } from '../stores/preferences.ts';
import { isMidway, useStanding } from '../stores/standing.ts';
import { useText } from '../text/text.ts';
import { chartOptions, plottable } from './loss_options.ts';
import { onCanvasLoss } from './repaint.ts';

/** The loss of every iteration of the run, drawn past React as frames arrive. */
export function LossChart() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const logarithmic = usePreferences((state) => state.logarithmic);
  const isStepped = useStanding(({ standing }) => isMidway(standing[tab]));
  const place = useRef<HTMLDivElement>(null);
  const span = useRef<HTMLSpanElement>(null);
  const empty = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { clientWidth: width, clientHeight: height } = element;
    const plot = new uPlot(chartOptions({ width, height, logarithmic }), plottable(losses(tab), logarithmic), element);
    const paint = () => {
      const series = losses(tab);
      plot.setData(plottable(series, logarithmic));
      const { first, last } = series;
      if (span.current !== null) {
        const [from, to] = [first, last].map((loss) => (loss === undefined ? '' : formatFigure(loss, 4)));
        span.current.textContent = series.values.length > 1 ? `${from} → ${to}` : (from ?? '');
        // Where there is no room for all of it.
        span.current.title = span.current.textContent;
      }
      if (empty.current !== null) empty.current.hidden = first !== undefined;
      element.dataset.empty = String(first === undefined);
    };
    paint();
    const stop = subscribeFrame(tab, paint);
    const resize = () => plot.setSize({ width: element.clientWidth, height: element.clientHeight });
    const sizes = new ResizeObserver(resize);
    sizes.observe(element);
    const themes = new MutationObserver(() => plot.redraw(false, true));
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    // Drawn anew only, it would go by fonts and colours that the canvas has lost.
    const stopRepairs = onCanvasLoss(resize);
    return () => {
      stop();
      stopRepairs();
      sizes.disconnect();
      themes.disconnect();
      plot.destroy();
    };
  }, [tab, logarithmic]);

  return (
    <section className={css.section} aria-label={text.loss.title}>
      <h3 className={css.loss}>
        {text.loss.title} <span ref={span} className="num dim" data-testid="loss-span" />
        <button
          type="button"
          className={css.link}
          title={text.loss.scale}
          aria-pressed={logarithmic}
          onClick={() => usePreferences.getState().setLogarithmic(!logarithmic)}
        >
          {logarithmic ? text.loss.log : text.loss.linear}
        </button>
      </h3>
      <div ref={place} className={css.chart}>
        <p ref={empty} className={css.empty}>
          {isStepped ? text.loss.stepped : text.loss.empty}
        </p>
      </div>
    </section>
  );
}
