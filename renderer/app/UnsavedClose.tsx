import { saveTab } from '../commands/files.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useDocuments } from '../stores/documents.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';
import { Frame } from './Frame.tsx';

/** Asks before work is lost. */
export function UnsavedClose({ tab }: { readonly tab: string }) {
  const text = useText().dialog;
  const { hide } = useDialogs.getState();
  const name = useDocuments((state) => state.tabs.find(({ id }) => id === tab)?.name ?? '');
  const close = () => {
    hide();
    useDocuments.getState().close(tab);
  };
  return (
    <Frame title={text.unsavedTitle(name)} onClose={hide}>
      <p className={css.text}>{text.unsavedText}</p>
      <div className={css.buttons}>
        <button type="button" onClick={close}>
          {text.discard}
        </button>
        <button type="button" onClick={hide}>
          {text.cancel}
        </button>
        <button
          type="button"
          className={css.primary}
          onClick={async () => {
            if (await saveTab(tab)) close();
          }}
        >
          {text.save}
        </button>
      </div>
    </Frame>
  );
}
