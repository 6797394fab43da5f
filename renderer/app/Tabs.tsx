import { closeTab } from '../commands/files.ts';
import { isDirty, useDocuments } from '../stores/documents.ts';
import { useText } from '../text/text.ts';
import { CommandButton } from './CommandButton.tsx';
import { Icon } from './Icon.tsx';
import css from './TopBar.module.css';
import { useTabScroll } from './useTabScroll.ts';

/** The open documents. A dot says that a file does not have the latest. */
export function Tabs() {
  const text = useText();
  const { tabs, active, activate } = useDocuments();
  const { bar, ends, turn } = useTabScroll(active, tabs.length);
  const isLong = ends.before || ends.after;
  return (
    <>
      {isLong && <Turn way={-1} label={text.tabsBefore} enabled={ends.before} onTurn={turn} />}
      {tabs.length > 0 && (
        <nav
          ref={bar}
          className={css.tabs}
          aria-label={text.tabs}
          data-before={ends.before || undefined}
          data-after={ends.after || undefined}
        >
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
      {isLong && <Turn way={1} label={text.tabsAfter} enabled={ends.after} onTurn={turn} />}
      {tabs.length > 0 && (
        <CommandButton id="file.new" className={css.icon}>
          <Icon name="plus" />
        </CommandButton>
      )}
    </>
  );
}

interface TurnProps {
  readonly way: -1 | 1;
  readonly label: string;
  readonly enabled: boolean;
  readonly onTurn: (way: -1 | 1) => void;
}

/** An arrow beside a bar that does not fit. */
function Turn({ way, label, enabled, onTurn }: TurnProps) {
  return (
    <button
      type="button"
      className={css.turn}
      aria-label={label}
      title={label}
      disabled={!enabled}
      onClick={() => onTurn(way)}
    >
      <Icon name={way < 0 ? 'left' : 'right'} size={13} />
    </button>
  );
}
