import { useState } from 'react';
import { operations } from '../../engine/ops/index.ts';
import type { EntryReport, Fault } from '../../engine/protocol/messages.ts';
import { revealUse } from '../commands/reveal_use.ts';
import { travel } from '../commands/training.ts';
import { engine } from '../host/engine.ts';
import panel from '../inspector/Inspector.module.css';
import { useActiveTab } from '../stores/documents.ts';
import { useNames } from '../stores/names.ts';
import { type Language, usePreferences } from '../stores/preferences.ts';
import { lookedAt, useStanding } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { EntryTensors } from './EntryTensors.tsx';
import { formulaOf } from './entry_formula.ts';
import { FaultReport } from './FaultReport.tsx';
import { Formula } from './Formula.tsx';
import { Ledger } from './Ledger.tsx';
import { MetBreakpoints } from './MetBreakpoints.tsx';
import { Name } from './Name.tsx';
import { SinceSection } from './SinceSection.tsx';
import { titleOf } from './titles.ts';
import { UpdateSection } from './UpdateSection.tsx';
import { useAsked } from './useAsked.ts';
import { useSight } from './useSight.ts';
import { Withheld } from './Withheld.tsx';
import { useWords } from './words.ts';

/** The entry that is looked at: its formula, the tensors it reads and makes, and the ledger of the parameter it is about. */
export function EntrySection() {
  const words = useWords();
  const language = usePreferences((state) => state.language);
  const id = useActiveTab()?.id ?? '';
  const names = useNames(id);
  const standing = useStanding((state) => state.standing[id]);
  const looked = standing && lookedAt(standing);
  const tape = standing?.tape;
  const isAway = tape != null && looked !== tape.done - 1;
  const ask = () => engine.entry(id, looked ?? -1);
  const other = useAsked(isAway ? standing : undefined, `${looked}`, ask, true);
  // Until the engine has told it, what was there stays, and with it the place and the focus of whoever reads.
  const entry = (isAway && other) || standing?.entry;
  const section = useSight(entry?.position);
  const [isSinceOpen, openSince] = useState(true);
  const [asked, setAsked] = useState<{ readonly fault: Fault; readonly input: number }>();
  if (standing === undefined || !tape || looked === undefined || !entry) return null;
  const { position } = entry;
  const isElsewhere = position !== tape.done - 1;
  const fault = isElsewhere ? undefined : standing.stop.fault;
  const input = asked !== undefined && asked.fault === fault ? asked.input : undefined;
  const made = fault?.entry.outputs[0]?.statistics;
  const place = fault && made && { shape: made.shape, index: fault.index };
  const { lines, inputs, outputs } = formulaOf(entry);
  const tone = entry.phase === 'backward' ? 'bwd' : entry.phase === 'update' ? 'plain' : 'fwd';
  const why =
    entry.update?.why[language] ?? (entry.phase === 'backward' ? whyBackward(entry, words, language) : undefined);
  const isDone = position < tape.done;
  const ledger = parameterOf(entry.parameter, tape.entries, position);
  const sums = ledger !== undefined && <Ledger tab={id} standing={standing} parameter={ledger} />;
  const isAddition = entry.parameter !== undefined;
  return (
    <div ref={section} className={css.entry} data-testid="entry">
      <h2 data-tone={tone}>
        <span>
          <Name>{titleOf(entry, words, names)}</Name>
        </span>
        <span className="num dim">{words.entry(position + 1)}</span>
      </h2>
      <p className={css.place}>
        {entry.address !== '' && (
          <button type="button" className={css.link} onClick={() => revealUse(entry.address)}>
            <Name>{names.whole(entry.address)}</Name>
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
      {!isElsewhere && <MetBreakpoints standing={standing} />}
      {fault && (
        <FaultReport
          fault={fault}
          tab={id}
          symbols={inputs.map(({ symbol }) => symbol)}
          optimizer={tape.entries.find(({ phase }) => phase === 'update')?.address}
          onInput={(input) => setAsked({ fault, input })}
          onLook={(at) => useStanding.getState().look(id, at)}
        />
      )}
      {standing.stop.since && !isElsewhere && (
        <SinceSection tab={id} since={standing.stop.since} isOpen={isSinceOpen} onToggle={openSince} />
      )}
      {lines.length > 0 && (
        <div className={css.formulas} data-tour="formula">
          {lines.map((line) => (
            <Formula key={line} latex={line} tone={tone} block />
          ))}
        </div>
      )}
      {why !== undefined && <p className={panel.help}>{why}</p>}
      {entry.update && <UpdateSection tab={id} standing={standing} update={entry.update} isDone={isDone} />}
      {/* Of a `+=` it is what one stopped for; of the product before, what comes next. */}
      {isAddition && sums}
      <EntryTensors
        tab={id}
        standing={standing}
        entry={entry}
        inputs={inputs}
        outputs={outputs}
        isDone={isDone}
        asked={input}
        at={place}
      />
      <Withheld entry={entry} />
      {!isAddition && sums}
    </div>
  );
}

/** Why the backward of an entry is what it is. */
function whyBackward(entry: EntryReport, words: ReturnType<typeof useWords>, language: Language): string {
  const { op, forward, share } = entry;
  if (op === 'accumulate') {
    if (forward === undefined) return words.whySeed;
    return share === undefined || share.of > 1 ? words.whyAdded(share) : words.whyOnly;
  }
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
