import { useEffect, useState } from 'react';
import { bind, holderOf, keysOf, unbind } from '../commands/keys.ts';
import { pressed, printKeys } from '../commands/shortcuts.ts';
import { type Command, commands } from '../commands/table.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';
import { Icon } from './Icon.tsx';

/** Every command and its keys, by group. A press on the keys of one waits for others. */
export function Shortcuts() {
  const text = useText();
  const chosen = usePreferences((state) => state.keys);
  const [waiting, setWaiting] = useState<Command['id'] | null>(null);
  const [said, setSaid] = useState('');
  const groups = Object.groupBy(commands, (command) => command.group);

  useEffect(() => {
    if (waiting === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      setWaiting(null);
      if (event.key === 'Escape') return;
      const keys = event.key === 'Backspace' ? null : pressed(event);
      const holder = keys === null ? undefined : holderOf(keys, waiting);
      if (!bind(waiting, keys)) setSaid(text.keys.reserved(printKeys(keys ?? '')));
      else setSaid(holder === undefined ? '' : text.keys.taken(text.command[holder.id]));
    };
    // Before the dialog, which would close at Escape.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [waiting, text]);

  return (
    <>
      <p className={css.said} role="status">
        {said === '' ? text.keys.help : said}
      </p>
      <table className={css.keys}>
        {Object.entries(groups).map(([group, rows]) => (
          <tbody key={group}>
            <tr>
              <th colSpan={2}>{text.group[rows[0]?.group ?? 'help']}</th>
            </tr>
            {rows.map((command) => {
              const keys = keysOf(command, chosen);
              const shown = keys.length === 0 ? '–' : keys.map((one) => printKeys(one)).join('  ');
              return (
                <tr key={command.id} data-command={command.id}>
                  <td>{text.command[command.id]}</td>
                  <td>
                    {Object.hasOwn(chosen, command.id) && (
                      <button
                        type="button"
                        className={css.reset}
                        title={text.keys.reset}
                        aria-label={text.keys.reset}
                        onClick={() => unbind(command.id)}
                      >
                        <Icon name="reset" size={11} />
                      </button>
                    )}
                    <button
                      type="button"
                      className={css.rebind}
                      aria-label={text.keys.change(text.command[command.id])}
                      data-waiting={waiting === command.id || undefined}
                      onClick={() => {
                        setSaid('');
                        setWaiting(command.id);
                      }}
                    >
                      {waiting === command.id ? text.keys.press : shown}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        ))}
      </table>
      {Object.keys(chosen).length > 0 && (
        <button type="button" className={css.rebind} onClick={() => unbind()}>
          {text.keys.resetAll}
        </button>
      )}
    </>
  );
}
