import { useState } from 'react';
import type { EntryReport } from '../../engine/protocol/messages.ts';
import type { Standing } from '../stores/standing.ts';
import type { Line, Named } from './entry_formula.ts';
import { type ElementPlace, Tensors } from './Tensors.tsx';
import { useWords } from './words.ts';

/**
 * What an entry reads and what it makes. Of a product, the row and the column are outlined in its factors that make the element
 * which is pointed at.
 */
export function EntryTensors({
  tab,
  standing,
  entry,
  inputs,
  outputs,
  isDone,
  asked,
  at,
}: {
  readonly tab: string;
  readonly standing: Standing;
  readonly entry: EntryReport;
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  readonly isDone: boolean;
  /** The input that somebody asked to see. */
  readonly asked: number | undefined;
  /** The element to begin with. */
  readonly at: ElementPlace | undefined;
}) {
  const words = useWords();
  const [pointed, point] = useState<{ readonly position: number; readonly lines: readonly Line[] }>();
  const shared = { tab, standing, isDone, at };
  return (
    <>
      {inputs.length > 0 && (
        <Tensors
          key={`read ${asked}`}
          {...shared}
          title={words.inputs}
          tensors={inputs}
          asked={asked}
          lines={pointed?.position === entry.position ? pointed.lines : undefined}
        />
      )}
      {outputs.length > 0 && (
        <Tensors
          key={at === undefined ? 'made' : 'fault'}
          {...shared}
          title={words.outputs}
          tensors={outputs}
          madeBy={entry}
          onPoint={(lines) => point({ position: entry.position, lines })}
        />
      )}
    </>
  );
}
