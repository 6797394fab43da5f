import { useEffect, useState } from 'react';
import { useComparison } from '../stores/comparison.ts';
import { useNames } from '../stores/names.ts';
import { usePreferences } from '../stores/preferences.ts';
import css from './Comparison.module.css';
import { agreementOf, useWords } from './words.ts';

/** Milliseconds after which a check is told to be under way: most are over sooner. */
const PATIENCE = 400;

/** In the status bar: how far a check against the CPU has come, then what it found, as long as that holds. */
export function ComparisonStatus({ tab }: { readonly tab: string }) {
  const words = useWords();
  const language = usePreferences((state) => state.language);
  const names = useNames(tab);
  const check = useComparison((state) => state.checks[tab]);
  if (check === undefined) return null;
  if (check.found === undefined) return <Progress tab={tab} {...check.progress} />;
  const { found } = check;
  if (found.compared === 0) return null;
  if (found.isWithin)
    return (
      <span data-comparison="within" title={agreementOf(found, language, names)}>
        ✓ {words.agrees}
      </span>
    );
  return (
    <span className={css.differs} data-comparison="differs">
      ≠ {words.differs(found.nodes.filter(({ isWithin }) => !isWithin).length)}
    </span>
  );
}

function Progress({ tab, done, of }: { readonly tab: string; readonly done: number; readonly of: number }) {
  const words = useWords();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  return (
    <span role="status" data-comparison="checking">
      {words.checking(Math.floor((100 * done) / Math.max(1, of)))}{' '}
      <button type="button" className={css.cancel} onClick={() => useComparison.getState().drop(tab)}>
        {words.cancel}
      </button>
    </span>
  );
}
