import { Popover } from 'radix-ui';
import { MODES, type Mode } from '../../engine/graph/document.ts';
import { Icon } from '../app/Icon.tsx';
import chips from '../app/TopBar.module.css';
import { OneOf } from '../inspector/OneOf.tsx';
import { useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useText } from '../text/text.ts';
import css from './Captured.module.css';
import { Plans } from './Plans.tsx';

/** How iterations are executed. It opens the choice of the mode, what that means, and what was captured. */
export function ModeChip({ tab, mode }: { readonly tab: string; readonly mode: Mode }) {
  const text = useText();
  const choose = (chosen: Mode) => {
    const { edit, seal } = useDocuments.getState();
    edit((document) => setRun(document, { mode: chosen }));
    seal();
  };
  return (
    <Popover.Root>
      <Popover.Trigger className={`${chips.chip} ${chips.mode}`} title={text.modeHelp[mode]} data-mode={mode}>
        {text.mode[mode]}
        <Icon name="down" size={11} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={css.popover}
          align="end"
          sideOffset={12}
          collisionPadding={12}
          onOpenAutoFocus={(event) => {
            // Not the first of the modes but the one that is chosen: from there the arrow keys lead to the others.
            event.preventDefault();
            if (event.target instanceof HTMLElement) event.target.querySelector<HTMLElement>(':checked')?.focus();
          }}
          aria-label={text.modeTitle}
        >
          <OneOf title={text.modeTitle} options={MODES} names={text.mode} chosen={mode} onChoose={choose} />
          <p className={css.help}>{text.modeHelp[mode]}</p>
          {mode !== 'dynamic' && (
            <>
              <h2 className={css.title}>{text.captured.title}</h2>
              <Plans tab={tab} />
            </>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
