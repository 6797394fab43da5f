import type { ReactNode } from 'react';
import { printKeys } from '../commands/shortcuts.ts';
import type { CommandId } from '../commands/table.ts';
import { commandOf, runCommand } from '../commands/table.ts';
import { useEnabled } from '../commands/use_enabled.ts';
import { useText } from '../text/text.ts';

interface Props {
  readonly id: CommandId;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A button of a command: its name and keys in the tip, dead while the command makes no sense. */
export function CommandButton({ id, className, children }: Props) {
  const label = useText().command[id];
  const enabled = useEnabled(id);
  const keys = commandOf(id)?.keys?.[0];
  return (
    <button
      type="button"
      className={className}
      disabled={!enabled}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${printKeys(keys)})`}
      onClick={() => runCommand(id)}
    >
      {children}
    </button>
  );
}
