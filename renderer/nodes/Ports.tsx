import { Handle, Position } from '@xyflow/react';
import type { NodeKind } from '../../engine/nodes/node.ts';
import type { PortSpec } from '../../engine/nodes/ports.ts';
import { portY } from './anatomy.ts';
import styles from './Card.module.css';

/** The ports of a card: inputs on the left border, outputs on the right, where `anatomy.ts` told React Flow they are. */
export function Ports({ kind, height }: { readonly kind: NodeKind; readonly height: number }) {
  const port = (spec: PortSpec, i: number, count: number, side: 'target' | 'source') => (
    <Handle
      key={`${side}-${spec.name}`}
      id={spec.name}
      type={side}
      position={side === 'target' ? Position.Left : Position.Right}
      className={styles.port}
      data-port={spec.name}
      data-port-type={spec.type}
      title={`${spec.name}: ${spec.type}`}
      style={{ top: portY(i, count, height) }}
    />
  );
  return (
    <>
      {kind.inputs.map((spec, i) => port(spec, i, kind.inputs.length, 'target'))}
      {kind.outputs.map((spec, i) => port(spec, i, kind.outputs.length, 'source'))}
    </>
  );
}
