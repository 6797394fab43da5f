import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import type { CardNode } from '../canvas/flow.ts';
import { useWords } from '../canvas/words.ts';
import { cardHeight, rowsOf } from './anatomy.ts';
import styles from './Card.module.css';
import { CategoryIcon } from './icons.tsx';
import { LiveRow } from './Live.tsx';
import { Ports } from './Ports.tsx';
import { ProblemBadge } from './ProblemBadge.tsx';
import { headlineOf } from './paint.ts';
import { summaryOf } from './summary.ts';
import { useLive } from './useLive.ts';

/** What a parameter is called on a card: PyTorch's names are too long for the sign column. */
const signOf = (name: string) => (name.endsWith('weight') ? 'W' : name.endsWith('bias') ? 'b' : name.slice(0, 1));

/** A long id made from the kind says it already. */
const saysKind = (label: string, kind: string) =>
  label.length > 9 && label.toLowerCase().startsWith(kind.toLowerCase().replace(/[^a-z0-9]/g, ''));

/** A node on the canvas. Renders when its node is edited; live numbers are painted past React. */
export const Card = memo(function Card({ data, selected }: NodeProps<CardNode>) {
  const { node, kind, label, diagnostics, parameters, inferred, weights } = data;
  const words = useWords();
  const root = useRef<HTMLDivElement>(null);
  useLive(root, data.tab, node.id, parameters.join());
  const rows = kind && rowsOf(kind, parameters);
  const summary = kind ? summaryOf(kind, node.settings, inferred) : [];
  if (weights > 0) summary.push(words.parameters(weights));
  const failing = diagnostics.some((d) => d.severity === 'error');
  return (
    <div
      ref={root}
      className={styles.card}
      data-node={node.id}
      data-kind={node.kind}
      data-selected={selected}
      data-failing={failing}
      data-note={rows?.note === true}
      data-bare={summary.length === 0}
    >
      <header className={styles.header}>
        <span className={styles.icon}>
          <CategoryIcon category={kind?.category ?? 'tensor'} />
        </span>
        <span className={styles.name} title={label}>
          {label}
        </span>
        {!saysKind(label, node.kind) && <small className={styles.kind}>{node.kind}</small>}
      </header>
      <div className={styles.rows}>
        {kind && rows?.forward && <LiveRow sign="→" tone="fwd" of="output" stat={headlineOf(kind)} />}
        {rows?.backward && <LiveRow sign="←" tone="bwd" of="gradient" stat="norm" />}
        {parameters.map((name) => (
          <LiveRow key={name} sign={signOf(name)} tone="signed" of={`${name}.value`} stat="std" />
        ))}
      </div>
      <div className={styles.summary}>
        {summary.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
      {kind && <Ports kind={kind} height={cardHeight(rowsOf(kind, []), kind)} />}
      {diagnostics.length > 0 && <ProblemBadge diagnostics={diagnostics} />}
    </div>
  );
});
