import { useEffect, useRef } from 'react';
import { formatFigure } from '../nodes/figures.ts';
import { latest, subscribeNode } from '../stores/live.ts';
import css from './Debugger.module.css';
import type { Passing } from './marks.ts';

/** The norm of what passes a wire, standing above it. Written past React. */
export function PassingValue({ passing, x, y }: { readonly passing: Passing; readonly x: number; readonly y: number }) {
  const place = useRef<SVGTextElement>(null);
  const { tab, source, way } = passing;
  useEffect(() => {
    const write = () => {
      const told = latest(tab, source);
      const statistics = way === 'forward' ? told?.output : told?.gradient;
      const element = place.current;
      if (element !== null) element.textContent = statistics ? `‖·‖ ${formatFigure(statistics.norm, 4)}` : '';
    };
    write();
    return subscribeNode(tab, source, write);
  }, [tab, source, way]);
  return <text ref={place} className={css.passing} data-way={way} x={x} y={y} />;
}
