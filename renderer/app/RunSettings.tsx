import { useRef } from 'react';
import { RunFields } from '../inspector/RunFields.tsx';
import { useDialogs } from '../stores/dialogs.ts';
import { useActiveDocument, useDocuments } from '../stores/documents.ts';
import { type Refusal, useRefusal } from '../stores/refusal.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';

/** The run's settings, within reach of the transport whatever the inspector shows. */
export function RunSettings() {
  const text = useText();
  const tab = useDocuments((state) => state.active);
  const { run } = useActiveDocument();
  const told = useRef<Refusal | null>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // A number that was given back stays in view once: whoever presses Done again has read it.
        const { refusal } = useRefusal.getState();
        if (refusal !== null && refusal !== told.current) told.current = refusal;
        else useDialogs.getState().hide();
      }}
    >
      <RunFields run={run} place={tab} />
      <div className={css.buttons}>
        <button type="submit" className={css.primary}>
          {text.dialog.done}
        </button>
      </div>
    </form>
  );
}
