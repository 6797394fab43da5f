import { Command as Menu } from 'cmdk';
import { openText } from '../commands/files.ts';
import { useCommandKeys } from '../commands/keys.ts';
import { printKeys } from '../commands/shortcuts.ts';
import { type Command, type CommandId, commands } from '../commands/table.ts';
import { useEnabled } from '../commands/use_enabled.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';
import { examples } from './examples.ts';
import menu from './Menu.module.css';

/** Type a few letters, press Enter: everything the app can do, and the examples. */
export function CommandPalette() {
  const text = useText();
  // The dialog closes first: a command may open another.
  const choose = (run: () => void) => {
    useDialogs.getState().hide();
    setTimeout(run);
  };
  return (
    <Menu label={text.dialog.commandsTitle} loop>
      <Menu.Input className={css.search} placeholder={text.dialog.commandsSearch} autoFocus />
      <Menu.List className={css.list}>
        <Menu.Empty className={css.none}>{text.dialog.commandsNone}</Menu.Empty>
        {commands
          .filter((command) => command.id !== 'help.commands')
          .map((command) => (
            <Item key={command.id} command={command} onSelect={() => choose(command.run)} />
          ))}
        <Menu.Group heading={text.command['file.example']}>
          {examples.map((example) => (
            <Menu.Item
              key={example.name}
              className={menu.item}
              value={`${text.command['file.example']} ${example.name}`}
              onSelect={() => choose(() => openText(example.text, example.name))}
            >
              {example.name}
            </Menu.Item>
          ))}
        </Menu.Group>
      </Menu.List>
    </Menu>
  );
}

/** A run may begin or end while it is looked at. */
function Item({ command, onSelect }: { readonly command: Command; readonly onSelect: () => void }) {
  const text = useText();
  const isEnabled = useEnabled(command.id);
  const reason = isEnabled ? undefined : command.whyNot?.();
  return (
    <Menu.Item
      className={menu.item}
      value={`${text.group[command.group]} ${text.command[command.id]}`}
      disabled={!isEnabled}
      onSelect={onSelect}
    >
      <span>
        <span className="faint">{text.group[command.group]}</span> {text.command[command.id]}
        {command.isOn?.() && ' ✓'}
        {reason !== undefined && <span className="faint"> · {text.whyNot[reason]}</span>}
      </span>
      <Keys id={command.id} />
    </Menu.Item>
  );
}

function Keys({ id }: { readonly id: CommandId }) {
  const keys = useCommandKeys(id);
  return keys === undefined ? null : <kbd className={menu.keys}>{printKeys(keys)}</kbd>;
}
