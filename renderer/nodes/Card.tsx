import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import type { CardNode } from '../canvas/flow.ts';
import { useLanguage, useWords } from '../canvas/words.ts';
import { DiffersBadge } from '../comparison/DiffersBadge.tsx';
import { BreakpointBadge } from '../debugger/BreakpointBadge.tsx';
import { useMark } from '../debugger/marks.ts';
import { useNoGradient } from '../debugger/no_gradient.ts';
import { QuietBadge } from '../debugger/QuietBadge.tsx';
import { VerdictBadge } from '../functions/VerdictBadge.tsx';
import { holdsCode } from '../stores/functions.ts';
import { useIsLit } from '../stores/pointed.ts';
import { cardHeight, rowsOf, summaryLines } from './anatomy.ts';
import styles from './Card.module.css';
import { FoldButton } from './FoldButton.tsx';
import { CategoryIcon } from './icons.tsx';
import { kindName } from './kind_name.ts';
import { LiveRow } from './Live.tsx';
import { showsKind } from './measure.ts';
import { Ports } from './Ports.tsx';
import { ProblemBadge } from './ProblemBadge.tsx';
import { headlineOf } from './paint.ts';
import { linesThatFit, summaryOf } from './summary.ts';
import { useLive } from './useLive.ts';

/** What a parameter is called on a card: PyTorch's names are too long for the sign column. */
const signOf = (name: string) => (name.endsWith('weight') ? 'W' : name.endsWith('bias') ? 'b' : name.slice(0, 1));

/** A node on the canvas. Renders when its node is edited; live numbers are painted past React. */
export const Card = memo(function Card({ data, selected }: NodeProps<CardNode>) {
  const { node, kind, label, diagnostics, parameters, inferred, weights } = data;
  const words = useWords();
  const language = useLanguage();
  const root = useRef<HTMLDivElement>(null);
  useLive(root, data.tab, data.address, parameters.join());
  const rows = kind && rowsOf(kind, parameters);
  const summary = kind ? summaryOf(kind, data.settings, inferred, language) : [];
  if (weights > 0) summary.push(words.parameters(weights));
  const lines = linesThatFit(summary, kind ? summaryLines(kind) : 1);
  const mark = useMark(data.tab, data.address);
  const lit = useIsLit(node.id);
  const quiet = useNoGradient(data.tab, data.address);
  const failing = diagnostics.some((d) => d.severity === 'error');
  return (
    <div
      ref={root}
      className={styles.card}
      data-node={node.id}
      data-kind={node.kind}
      data-selected={selected}
      data-failing={failing}
      data-mark={mark}
      data-lit={lit || undefined}
      data-quiet={quiet?.kind}
      data-note={rows?.note === true}
      data-bare={summary.length === 0}
    >
      <header className={styles.header} title={`${label} · ${kindName(node.kind)}`}>
        {kind?.block === 'module' ? (
          <FoldButton node={node.id} />
        ) : (
          <span className={styles.icon}>
            <CategoryIcon category={kind?.category ?? 'tensor'} />
          </span>
        )}
        <span className={styles.name}>{label}</span>
        {showsKind(label, kindName(node.kind)) && <small className={styles.kind}>{kindName(node.kind)}</small>}
        {kind && holdsCode(kind) && <VerdictBadge node={node.id} />}
      </header>
      <div className={styles.rows}>
        {kind && rows?.forward && <LiveRow sign="→" tone="fwd" of="output" stat={headlineOf(kind)} />}
        {rows?.backward && <LiveRow sign="←" tone="bwd" of="gradient" stat="norm" />}
      </div>
      <div className={styles.summary} title={summary.join('\n')}>
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
      <div className={styles.parameters}>
        {parameters.map((name) => (
          <LiveRow key={name} sign={signOf(name)} tone="signed" of={`${name}.value`} stat="std" />
        ))}
      </div>
      {kind && <Ports kind={kind} height={cardHeight(rowsOf(kind, []), kind)} />}
      {quiet && <QuietBadge why={quiet} />}
      <BreakpointBadge address={data.address} />
      <DiffersBadge tab={data.tab} address={data.address} />
      {diagnostics.length > 0 && <ProblemBadge diagnostics={diagnostics} />}
    </div>
  );
});
