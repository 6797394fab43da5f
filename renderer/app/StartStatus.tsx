import { noRun, useRun } from '../stores/run.ts';
import { startsOtherwise, useStarts } from '../stores/starts.ts';
import { useText } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import css from './StatusBar.module.css';

/** In the status bar: the weights that runs start from, where they are not drawn. */
export function StartStatus({ tab }: { readonly tab: string }) {
  const text = useText().starts;
  const start = useStarts(({ starts }) => starts[tab]);
  const run = useRun((state) => state.runs[tab]) ?? noRun;
  if (start === undefined) return null;
  const isNext = startsOtherwise(run, start);
  return (
    <span className={css.start} data-start={isNext ? 'next' : 'now'} title={isNext ? text.nextHelp : text.help}>
      <span>{isNext ? text.next(start.name) : text.from(start.name)}</span>
      <button type="button" aria-label={text.remove} title={text.remove} onClick={() => useStarts.getState().drop(tab)}>
        <Icon name="close" size={10} />
      </button>
    </span>
  );
}
