import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import type { FrameNode } from '../canvas/flow.ts';
import { TERMINAL, type Terminal } from '../canvas/handles.ts';
import { useLanguage, useWords } from '../canvas/words.ts';
import { BreakpointBadge } from '../debugger/BreakpointBadge.tsx';
import { useMark } from '../debugger/marks.ts';
import { useIsLit } from '../stores/pointed.ts';
import { Edges } from './Edges.tsx';
import { FoldButton } from './FoldButton.tsx';
import styles from './Frame.module.css';
import { Iterations } from './Iterations.tsx';
import { CategoryIcon } from './icons.tsx';
import { kindName } from './kind_name.ts';
import { ProblemBadge } from './ProblemBadge.tsx';
import { frameSummary } from './summary.ts';

/** A block that shows its contents: a Sequential's chain, a loop's body with what it carries, or an instance's definition. */
export const Frame = memo(function Frame({ data, selected, width = 0, height = 0 }: NodeProps<FrameNode>) {
  const { node, kind, settings, label, diagnostics, empty, terminals, loop, module, tab, address } = data;
  const words = useWords();
  const language = useLanguage();
  const mark = useMark(tab, address);
  const lit = useIsLit(node.id);
  const about = (kind && frameSummary(kind, settings, language)) || kindName(node.kind);
  return (
    <div
      className={styles.frame}
      data-node={node.id}
      data-kind={node.kind}
      data-selected={selected}
      data-mark={mark}
      data-lit={lit || undefined}
    >
      <header
        className={styles.header}
        title={`${label} · ${kindName(node.kind)}${about === kindName(node.kind) ? '' : `, ${about}`}`}
      >
        {module ? (
          <FoldButton node={node.id} open />
        ) : (
          <span className={styles.icon}>
            <CategoryIcon category="blocks" />
          </span>
        )}
        <span className={styles.name}>{label}</span>
        <span className={styles.kind}>{about}</span>
        {loop && kind && <Iterations tab={tab} loop={loop} settings={settings} kind={kind} />}
        {module && (
          <span className={styles.shared} data-instances={module.instances} title={words.editsDefinition(module.name)}>
            {words.instances(module.instances)}
          </span>
        )}
      </header>
      {empty && <p className={styles.empty}>{kind?.block === 'frame' ? words.dropBody : words.dropLayers}</p>}
      {loop && <Carried terminals={terminals} width={width} height={height} label={words.carried} />}
      <Edges id={node.id} least={data.least} chain={kind?.block === 'chain'} />
      {terminals.map((terminal) => (
        <Ends key={terminal.outer} terminal={terminal} />
      ))}
      <BreakpointBadge address={address} />
      {diagnostics.length > 0 && <ProblemBadge diagnostics={diagnostics} />}
    </div>
  );
});

/** A terminal on the border, with a port outside and one inside. */
function Ends({ terminal: { side, outer, inner, y, connectable } }: { readonly terminal: Terminal }) {
  const isLeft = side === 'left';
  const innerClass = connectable ? styles.innerPort : styles.inner;
  return (
    <>
      <span className={styles.terminal} style={{ [side]: -TERMINAL.width / 2, top: y - TERMINAL.height / 2 }}>
        ▶
      </span>
      <Handle
        id={outer}
        type={isLeft ? 'target' : 'source'}
        position={isLeft ? Position.Left : Position.Right}
        data-port={outer}
        title={outer}
        className={styles.outer}
        style={{ top: y, [side]: -8 }}
      />
      <Handle
        id={inner}
        type={isLeft ? 'source' : 'target'}
        position={isLeft ? Position.Right : Position.Left}
        data-port={inner}
        {...(connectable ? { title: inner.slice(inner.lastIndexOf('/') + 1) } : {})}
        isConnectable={connectable}
        className={innerClass}
        style={isLeft ? { top: y, left: 7, right: 'auto' } : { top: y, right: 7, left: 'auto' }}
      />
    </>
  );
}

/** Below the body, the way back: what enters on the right leaves on the left in the next iteration. */
function Carried({
  terminals,
  width,
  height,
  label,
}: {
  readonly terminals: readonly Terminal[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
}) {
  const lefts = terminals.filter(({ side }) => side === 'left');
  const low = height - 24;
  return (
    <svg className={styles.carried} width={width} height={height} aria-hidden="true">
      {lefts.map(({ y, outer }) => (
        <path
          key={outer}
          d={`M${width - 2} ${y + 13}C${width - 2} ${low} ${width - 40} ${low} ${width - 70} ${low}L70 ${low}C40 ${low} 2 ${low} 2 ${y + 13}`}
        />
      ))}
      <text x={width / 2} y={low - 6}>
        {label}
      </text>
    </svg>
  );
}
