import { keyOf } from '../../engine/graph/breakpoints.ts';
import type { Breakpoint, BreakpointCondition } from '../../engine/graph/document.ts';
import { LIMITS } from '../../engine/graph/schema.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { Icon } from '../app/Icon.tsx';
import {
  type Bound,
  boundsOf,
  editBreakpoint,
  isUpdate,
  toggleBreakpoint,
  withBound,
  withCondition,
  withEnabled,
  withHits,
  withIteration,
} from '../stores/breakpoints.ts';
import { useDocuments } from '../stores/documents.ts';
import { useStanding } from '../stores/standing.ts';
import { BreakpointCount, BreakpointNumber, useNumber } from './BreakpointNumber.tsx';
import css from './Breakpoints.module.css';
import { metText } from './MetBreakpoints.tsx';
import { useWords } from './words.ts';

const KINDS = ['always', 'norm', 'mean', 'max', 'nonFinite', 'risingLoss'] as const;
type Kind = (typeof KINDS)[number];
const SIDES = ['above', 'below'] as const;
const ANY: Setting = { type: 'float', default: 0 };
/** Empty: every one, from the first on. */
const COUNT: Setting = { type: 'int', default: null, min: 1, max: LIMITS.count };

/** One breakpoint: on or off, under which condition, from which hit on; and the way to take it away. */
export function BreakpointRow({ breakpoint, hits }: { readonly breakpoint: Breakpoint; readonly hits: number }) {
  const words = useWords();
  const key = keyOf(breakpoint);
  const { editWhole, active: tab } = useDocuments.getState();
  const change = (edit: (one: Breakpoint) => Breakpoint) => editWhole((d) => editBreakpoint(d, key, edit));
  const place = `${tab}/${key}`;
  const isAtUpdate = useDocuments(({ tabs }) => {
    const document = tabs.find(({ id }) => id === tab)?.document;
    return document !== undefined && isUpdate(breakpoint, document);
  });
  const stop = useStanding(({ standing }) => standing[tab]?.stop);
  const met = stop?.reason === 'breakpoint' ? stop.breakpoints.find((one) => keyOf(one.breakpoint) === key) : undefined;
  const { condition } = breakpoint;
  const kind: Kind = condition?.of ?? 'always';
  // Of a loop there is no tensor to look at.
  const kinds = 'block' in breakpoint ? (['always', 'risingLoss'] as const) : KINDS;
  return (
    <div className={css.row} data-breakpoint={key} data-met={met !== undefined || undefined}>
      <label className={css.name}>
        <input
          type="checkbox"
          checked={breakpoint.disabled !== true}
          onChange={({ target }) => change((one) => withEnabled(one, target.checked))}
        />
        {words.breakpoint(breakpoint, isAtUpdate)}
      </label>
      <span className="num dim" title={words.hitsHelp}>
        {hits > 0 ? `×${hits}` : ''}
      </span>
      <button
        type="button"
        className={css.remove}
        aria-label={words.remove}
        title={words.remove}
        onClick={() => editWhole((d) => toggleBreakpoint(d, breakpoint))}
      >
        <Icon name="close" size={11} />
      </button>
      {met !== undefined && (
        <p className={css.metHere}>{[words.stoppedHere, metText(met, words)].filter(Boolean).join(': ')}</p>
      )}
      <div className={css.how}>
        <select
          aria-label={words.condition}
          value={kind}
          onChange={({ target }) => change((one) => withCondition(one, conditionOf(target.value)))}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {words.conditions[one]}
            </option>
          ))}
        </select>
        {boundsOf(condition).map((bound) => (
          <Limit
            key={bound.side}
            place={place}
            {...bound}
            onChange={(next) => change((one) => withBound(one, bound.side, next))}
          />
        ))}
        {'block' in breakpoint && (
          <BreakpointCount
            place={place}
            name="iteration"
            label={words.onlyIteration}
            setting={COUNT}
            value={breakpoint.iteration}
            onChange={(iteration) => change((one) => withIteration(one, iteration ?? undefined))}
          />
        )}
        <BreakpointCount
          place={place}
          name="hits"
          label={words.fromHit}
          setting={COUNT}
          value={breakpoint.hits}
          onChange={(from) => change((one) => withHits(one, from ?? 1))}
        />
      </div>
    </div>
  );
}

function conditionOf(kind: string): BreakpointCondition | undefined {
  if (kind === 'norm' || kind === 'mean' || kind === 'max') return { of: kind, above: 0 };
  return kind === 'nonFinite' || kind === 'risingLoss' ? { of: kind } : undefined;
}

/** From which value on a condition holds, or up to which; both where a document says so. */
function Limit({
  place,
  side,
  value,
  other,
  onChange,
}: Bound & { readonly place: string; readonly onChange: (bound: Omit<Bound, 'other'>) => void }) {
  const words = useWords();
  const set = (next: number | null) => onChange({ side, value: next ?? value });
  const typed = useNumber({ place, name: side, label: words.limit, setting: ANY, value, onChange: set });
  return (
    <span className={css.limit}>
      <select
        aria-label={words.bound}
        value={side}
        disabled={other}
        onChange={({ target }) =>
          onChange({ side: target.value === 'below' ? 'below' : 'above', value: Number(typed.meant) })
        }
      >
        {SIDES.map((one) => (
          <option key={one} value={one}>
            {words.sides[one]}
          </option>
        ))}
      </select>
      <BreakpointNumber typed={typed} label={words.limit} />
    </span>
  );
}
