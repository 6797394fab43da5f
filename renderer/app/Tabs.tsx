import { closeTab } from '../commands/files.ts';
import { isDirty, useDocuments } from '../stores/documents.ts';
import { useText } from '../text/text.ts';
import { CommandButton } from './CommandButton.tsx';
import { Icon } from './Icon.tsx';
import css from './TopBar.module.css';

/** The open documents. A dot says that a file does not have the latest. */
export function Tabs() {
  const text = useText();
  const { tabs, active, activate } = useDocuments();
  return (
    <>
      {tabs.length > 0 && (
        <nav className={css.tabs} aria-label={text.tabs}>
          {tabs.map((tab) => (
            <span key={tab.id} className={css.tab} data-on={tab.id === active || undefined}>
              <button
                type="button"
                className={css.name}
                aria-current={tab.id === active ? 'page' : undefined}
                onClick={() => activate(tab.id)}
              >
                {tab.name}
              </button>
              <button
                type="button"
                className={css.close}
                aria-label={`${text.dialog.close} ${tab.name}${isDirty(tab) ? ` (${text.unsaved})` : ''}`}
                title={isDirty(tab) ? text.unsaved : text.dialog.close}
                onClick={() => closeTab(tab.id)}
              >
                <Icon name="close" size={12} />
                {isDirty(tab) && <i />}
              </button>
            </span>
          ))}
        </nav>
      )}
      {tabs.length > 0 && (
        <CommandButton id="file.new" className={css.icon}>
          <Icon name="plus" />
        </CommandButton>
      )}
    </>
  );
}
