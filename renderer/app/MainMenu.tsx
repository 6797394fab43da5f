import { DropdownMenu } from 'radix-ui';
import { openText } from '../commands/files.ts';
import { useCommandKeys } from '../commands/keys.ts';
import { printKeys } from '../commands/shortcuts.ts';
import type { Command, Group } from '../commands/table.ts';
import { commands } from '../commands/table.ts';
import { useText } from '../text/text.ts';
import { examples } from './examples.ts';
import { leaveFocus } from './focus.ts';
import { Icon } from './Icon.tsx';
import css from './Menu.module.css';
import top from './TopBar.module.css';

const groups: readonly Group[] = ['file', 'edit', 'run', 'view', 'help'];

/** Every command, by group. */
export function MainMenu() {
  const text = useText();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={top.icon} aria-label={text.menu} title={text.menu}>
        <Icon name="menu" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={css.menu} align="start" sideOffset={6} onCloseAutoFocus={leaveFocus}>
          {groups.map((group) => (
            <DropdownMenu.Sub key={group}>
              <DropdownMenu.SubTrigger className={css.item}>
                {text.group[group]}
                <span className={css.keys}>
                  <Icon name="right" size={12} />
                </span>
              </DropdownMenu.SubTrigger>
              <DropdownMenu.Portal>
                <DropdownMenu.SubContent className={css.menu} sideOffset={4}>
                  {commands
                    .filter((command) => command.group === group)
                    .map((command) => (
                      <Item key={command.id} command={command} />
                    ))}
                  {group === 'file' && <Examples />}
                </DropdownMenu.SubContent>
              </DropdownMenu.Portal>
            </DropdownMenu.Sub>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A menu is made when it opens, so what is possible is asked just then. */
function Item({ command }: { readonly command: Command }) {
  const text = useText();
  const keys = useCommandKeys(command.id);
  const isEnabled = command.enabled();
  const reason = isEnabled ? undefined : command.whyNot?.();
  return (
    <DropdownMenu.Item
      className={css.item}
      disabled={!isEnabled}
      {...(command.isOn && { role: 'menuitemcheckbox', 'aria-checked': command.isOn() })}
      onSelect={() => setTimeout(command.run)}
    >
      {text.command[command.id]}
      {command.isOn?.() && <span aria-hidden="true">✓</span>}
      {reason !== undefined && <span className="faint">{text.whyNot[reason]}</span>}
      {keys !== undefined && <kbd className={css.keys}>{printKeys(keys)}</kbd>}
    </DropdownMenu.Item>
  );
}

function Examples() {
  const text = useText();
  return (
    <>
      <DropdownMenu.Separator className={css.line} />
      <DropdownMenu.Label className={css.label}>{text.start.examples}</DropdownMenu.Label>
      {examples.map(({ name, text: source }) => (
        <DropdownMenu.Item key={name} className={css.item} onSelect={() => openText(source, name)}>
          {name}
        </DropdownMenu.Item>
      ))}
    </>
  );
}
