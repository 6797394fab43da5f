import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import type { FrameNode } from '../canvas/flow.ts';
import { useWords } from '../canvas/words.ts';
import styles from './Frame.module.css';
import { CategoryIcon } from './icons.tsx';
import { ProblemBadge } from './ProblemBadge.tsx';

/** A Sequential: a frame whose terminals stand on its border, outside for the document's wires, inside for the chain. */
export const Frame = memo(function Frame({ data, selected }: NodeProps<FrameNode>) {
  const { node, kind, label, diagnostics, empty, entry, exit } = data;
  const words = useWords();
  const input = kind?.inputs[0]?.name ?? 'input';
  const output = kind?.outputs[0]?.name ?? 'output';
  return (
    <div className={styles.frame} data-node={node.id} data-kind={node.kind} data-selected={selected}>
      <header className={styles.header} title={`${label} · ${node.kind}`}>
        <span className={styles.icon}>
          <CategoryIcon category="blocks" />
        </span>
        <span className={styles.name}>{label}</span>
        <span className={styles.kind}>{node.kind}</span>
      </header>
      {empty && <p className={styles.empty}>{words.dropLayers}</p>}
      <span className={styles.terminal} style={{ left: -8, top: entry - 13 }}>
        ▶
      </span>
      <span className={styles.terminal} style={{ right: -8, top: exit - 13 }}>
        ▶
      </span>
      <Handle
        id={input}
        type="target"
        position={Position.Left}
        data-port={input}
        className={styles.outer}
        style={{ top: entry, left: -8 }}
      />
      <Handle
        id={`${input}:inner`}
        type="source"
        position={Position.Right}
        isConnectable={false}
        className={styles.inner}
        style={{ top: entry, left: 7 }}
      />
      <Handle
        id={`${output}:inner`}
        type="target"
        position={Position.Left}
        isConnectable={false}
        className={styles.inner}
        style={{ top: exit, right: 7, left: 'auto' }}
      />
      <Handle
        id={output}
        type="source"
        position={Position.Right}
        data-port={output}
        className={styles.outer}
        style={{ top: exit, right: -8 }}
      />
      {diagnostics.length > 0 && <ProblemBadge diagnostics={diagnostics} />}
    </div>
  );
});
