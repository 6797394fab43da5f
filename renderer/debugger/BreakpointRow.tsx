import { keyOf } from '../../engine/graph/breakpoints.ts';
import type { Breakpoint, BreakpointCondition } from '../../engine/graph/document.ts';
import { Icon } from '../app/Icon.tsx';
import {
  type Bound,
  boundsOf,
  editBreakpoint,
  toggleBreakpoint,
  withBound,
  withCondition,
  withEnabled,
  withHits,
  withIteration,
} from '../stores/breakpoints.ts';
import { useDocuments } from '../stores/documents.ts';
import css from './Breakpoints.module.css';
import { useWords } from './words.ts';

const KINDS = ['always', 'norm', 'mean', 'max', 'nonFinite', 'risingLoss'] as const;
type Kind = (typeof KINDS)[number];
const SIDES = ['above', 'below'] as const;

/** One breakpoint: on or off, under which condition, from which hit on; and the way to take it away. */
export function BreakpointRow({ breakpoint, hits }: { readonly breakpoint: Breakpoint; readonly hits: number }) {
  const words = useWords();
  const key = keyOf(breakpoint);
  const { editWhole } = useDocuments.getState();
  const change = (edit: (one: Breakpoint) => Breakpoint) => editWhole((d) => editBreakpoint(d, key, edit));
  const { condition } = breakpoint;
  const kind: Kind = condition?.of ?? 'always';
  // Of a loop there is no tensor to look at.
  const kinds = 'block' in breakpoint ? (['always', 'risingLoss'] as const) : KINDS;
  return (
    <div className={css.row} data-breakpoint={key}>
      <label className={css.name}>
        <input
          type="checkbox"
          checked={breakpoint.disabled !== true}
          onChange={({ target }) => change((one) => withEnabled(one, target.checked))}
        />
        {words.breakpoint(breakpoint)}
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
          <Limit key={bound.side} {...bound} onChange={(next) => change((one) => withBound(one, bound.side, next))} />
        ))}
        {'block' in breakpoint && (
          <Count
            label={words.onlyIteration}
            value={breakpoint.iteration}
            onChange={(iteration) => change((one) => withIteration(one, iteration))}
          />
        )}
        <Count
          label={words.fromHit}
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
function Limit({ side, value, other, onChange }: Bound & { readonly onChange: (bound: Omit<Bound, 'other'>) => void }) {
  const words = useWords();
  return (
    <span className={css.limit}>
      <select
        aria-label={words.bound}
        value={side}
        disabled={other}
        onChange={({ target }) => onChange({ side: target.value === 'below' ? 'below' : 'above', value })}
      >
        {SIDES.map((one) => (
          <option key={one} value={one}>
            {words.sides[one]}
          </option>
        ))}
      </select>
      <input
        type="number"
        step="any"
        aria-label={words.limit}
        defaultValue={value}
        onChange={({ target }) =>
          Number.isFinite(target.valueAsNumber) && onChange({ side, value: target.valueAsNumber })
        }
      />
    </span>
  );
}

/** A whole number from 1 on, or nothing. */
function Count({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}) {
  return (
    <label>
      <span className="dim">{label}</span>
      <input
        type="number"
        min={1}
        defaultValue={value}
        onChange={({ target }) => {
          const number = Math.round(target.valueAsNumber);
          onChange(Number.isFinite(number) && number >= 1 && number <= 1e9 ? number : undefined);
        }}
      />
    </label>
  );
}
