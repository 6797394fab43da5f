import { operations } from '../../engine/ops/index.ts';
import type { EntryReport } from '../../engine/protocol/messages.ts';
import { revealUse } from '../commands/reveal_use.ts';
import { travel } from '../commands/training.ts';
import { engine } from '../host/engine.ts';
import panel from '../inspector/Inspector.module.css';
import { useActiveTab } from '../stores/documents.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';
import { lookedAt, useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { formulaOf } from './entry_formula.ts';
import { FaultReport } from './FaultReport.tsx';
import { Formula } from './Formula.tsx';
import { Ledger } from './Ledger.tsx';
import { SinceSection } from './SinceSection.tsx';
import { Tensors } from './Tensors.tsx';
import { titleOf } from './titles.ts';
import { UpdateSection } from './UpdateSection.tsx';
import { useAsked } from './useAsked.ts';
import { useWords } from './words.ts';

/** The entry that is looked at: its formula, the tensors it reads and makes, and the ledger of the parameter it is about. */
export function EntrySection() {
  const words = useWords();
  const language = usePreferences((state) => state.language);
  const id = useActiveTab()?.id ?? '';
  const standing = useStanding((state) => state.standing[id]);
  const position = standing && lookedAt(standing);
  const tape = standing?.tape;
  const isElsewhere = tape != null && position !== tape.done - 1;
  const other = useAsked(isElsewhere ? standing : undefined, `${position}`, () => engine.entry(id, position ?? -1));
  const entry = isElsewhere ? other : standing?.entry;
  if (standing === undefined || !tape || position === undefined || !entry) return null;
  const { lines, inputs, outputs } = formulaOf(entry);
  const tone = entry.phase === 'backward' ? 'bwd' : entry.phase === 'update' ? 'plain' : 'fwd';
  const why =
    entry.update?.why[language] ?? (entry.phase === 'backward' ? whyBackward(entry, words, language) : undefined);
  const isDone = position < tape.done;
  const ledger = parameterOf(entry.parameter, tape.entries, position);
  return (
    <div className={css.entry} data-testid="entry">
      <h2 data-tone={tone}>
        <span>{titleOf(entry, words)}</span>
        <span className="num dim">{words.entry(position + 1)}</span>
      </h2>
      <p className={css.place}>
        {entry.address !== '' && (
          <button type="button" className={css.link} onClick={() => revealUse(entry.address)}>
            {entry.address}
          </button>
        )}
        {isElsewhere && (
          <>
            <button
              type="button"
              className={css.link}
              onClick={() => void travel({ iteration: tape.iteration, position: position + 1 })}
            >
              {words.goThere}
            </button>
            <button type="button" className={css.link} onClick={() => useStanding.getState().look(id, null)}>
              {words.backHere}
            </button>
          </>
        )}
      </p>
      {standing.stop.fault && !isElsewhere && <FaultReport fault={standing.stop.fault} />}
      {lines.length > 0 && (
        <div className={css.formulas} data-tour="formula">
          {lines.map((line) => (
            <Formula key={line} latex={line} tone={tone} block />
          ))}
        </div>
      )}
      {why !== undefined && <p className={panel.help}>{why}</p>}
      {entry.update && <UpdateSection tab={id} standing={standing} update={entry.update} isDone={isDone} />}
      {inputs.length > 0 && (
        <Tensors title={words.inputs} tab={id} standing={standing} tensors={inputs} isDone={isDone} />
      )}
      {outputs.length > 0 && (
        <Tensors title={words.outputs} tab={id} standing={standing} tensors={outputs} isDone={isDone} madeBy={entry} />
      )}
      {standing.stop.since && !isElsewhere && <SinceSection since={standing.stop.since} />}
      {ledger !== undefined && <Ledger tab={id} standing={standing} parameter={ledger} />}
    </div>
  );
}

/** Why the backward of an entry is what it is. */
function whyBackward({ op, forward }: EntryReport, words: ReturnType<typeof useWords>, language: Language): string {
  if (op === 'accumulate') return forward === undefined ? words.whySeed : words.whyAdded;
  // What is no operation of ours is the user's own function.
  return operations.get(op)?.why[language] ?? words.whyOwn;
}

/** The parameter whose gradient an entry adds to, or that its operation gives something to next. */
function parameterOf(
  own: string | undefined,
  entries: readonly { readonly op: string; readonly parameter?: string }[],
  position: number,
): string | undefined {
  if (own !== undefined) return own;
  for (let next = position + 1; entries[next]?.op === 'accumulate'; next++) {
    const found = entries[next]?.parameter;
    if (found !== undefined) return found;
  }
  return undefined;
}
