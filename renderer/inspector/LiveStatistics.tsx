import { useRef } from 'react';
import { Histogram } from '../nodes/Live.tsx';
import { useLive } from '../nodes/useLive.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useAddress } from '../stores/useAddress.ts';
import styles from './Inspector.module.css';
import { useWords } from './words.ts';

/** The numbers of a node in full. Which tensors there are is React's business; their numbers are painted past it. */
export function LiveStatistics({
  tab,
  node,
  backward,
}: {
  readonly tab: string;
  readonly node: string;
  readonly backward: boolean;
}) {
  const words = useWords();
  const root = useRef<HTMLDivElement>(null);
  const parameters = useDiagnosis().parameters.get(node) ?? [];
  const address = useAddress(node);
  useLive(root, tab, address, parameters.map(({ name }) => name).join());
  return (
    <div ref={root} className={styles.statistics} data-inspect={node}>
      <p className={styles.waiting}>{words.noNumbersYet}</p>
      <Tensor of="output" title={words.output} tone="fwd" />
      {backward && <Tensor of="gradient" title={words.gradient} tone="bwd" />}
      {parameters.map(({ name }) => (
        <div key={name}>
          <Tensor of={`${name}.value`} title={name} tone="signed" />
          <Tensor of={`${name}.gradient`} title={`${name}.grad`} tone="bwd" />
        </div>
      ))}
    </div>
  );
}

const rows = [
  ['mean', 'std', 'norm'],
  ['min', 'max', 'zeros'],
] as const;

function Tensor({
  of,
  title,
  tone,
}: {
  readonly of: string;
  readonly title: string;
  readonly tone: 'fwd' | 'bwd' | 'signed';
}) {
  const words = useWords();
  return (
    <section className={styles.section} data-tensor={of}>
      <h3>
        <span className={tone === 'fwd' ? styles.fwd : tone === 'bwd' ? styles.bwd : ''}>{title}</span>
        <span className={styles.nonFinite}>
          {words.nonFinite} <b data-stat={`${of}.nonFinite`}>–</b>
        </span>
      </h3>
      <Histogram of={of} tone={tone} width={284} height={56} tall />
      <dl className={styles.stats}>
        {rows.flat().map((name) => (
          <div key={name}>
            <dt>{words.statistics[name]}</dt>
            <dd data-stat={`${of}.${name}`}>–</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
