import { printKeys } from '../commands/shortcuts.ts';
import { commands } from '../commands/table.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';

/** Every command that has keys, by group. */
export function Shortcuts() {
  const text = useText();
  const groups = Object.groupBy(commands, (command) => command.group);
  return (
    <table className={css.keys}>
      {Object.entries(groups).map(([group, rows]) => (
        <tbody key={group}>
          <tr>
            <th colSpan={2}>{text.group[rows[0]?.group ?? 'help']}</th>
          </tr>
          {rows
            .filter((command) => command.keys !== undefined)
            .map((command) => (
              <tr key={command.id}>
                <td>{text.command[command.id]}</td>
                <td>{command.keys?.map((keys) => printKeys(keys)).join('  ')}</td>
              </tr>
            ))}
        </tbody>
      ))}
    </table>
  );
}
