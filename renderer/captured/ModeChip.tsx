import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { Mode } from '../../engine/graph/document.ts';
import { Icon } from '../app/Icon.tsx';
import chips from '../app/TopBar.module.css';
import { useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useText } from '../text/text.ts';
import css from './Captured.module.css';
import { Plans } from './Plans.tsx';

/** How iterations are executed. It opens what that means, what was captured, and the way to the other mode. */
export function ModeChip({ tab, mode }: { readonly tab: string; readonly mode: Mode }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const other = mode === 'static' ? 'dynamic' : 'static';
  const choose = () => {
    const { edit, seal } = useDocuments.getState();
    edit((document) => setRun(document, { mode: other }));
    seal();
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
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
            // The list is what one came for, not the button below it.
            event.preventDefault();
            if (event.target instanceof HTMLElement) event.target.focus();
          }}
          aria-label={mode === 'static' ? text.captured.title : text.mode.dynamic}
        >
          <h2 className={css.title}>{mode === 'static' ? text.captured.title : text.mode.dynamic}</h2>
          <p className={css.help}>{text.modeHelp[mode]}</p>
          {mode === 'static' && <Plans tab={tab} />}
          <button type="button" className={css.switch} onClick={choose}>
            {text.captured.switch[other]}
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
