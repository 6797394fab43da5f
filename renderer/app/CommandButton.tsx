import type { ReactNode } from 'react';
import { useCommandKeys } from '../commands/keys.ts';
import { placeOf, showProblem } from '../commands/problems.ts';
import { printKeys } from '../commands/shortcuts.ts';
import type { CommandId } from '../commands/table.ts';
import { runCommand } from '../commands/table.ts';
import { useEnabled, useObstacle } from '../commands/use_enabled.ts';
import { useText } from '../text/text.ts';

interface Props {
  readonly id: CommandId;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/**
 * A button of a command: its name and keys in the tip, dead while the command makes no sense. Where a problem of the
 * network is in the way, the tip names it and a click leads there.
 */
export function CommandButton({ id, className, children }: Props) {
  const text = useText();
  const label = text.command[id];
  const enabled = useEnabled(id);
  const problem = useObstacle(id);
  const keys = useCommandKeys(id);
  const name = keys === undefined ? label : `${label} (${printKeys(keys)})`;
  return (
    <button
      type="button"
      className={className}
      data-command={id}
      disabled={!enabled && problem === undefined}
      aria-disabled={!enabled}
      aria-label={label}
      title={problem === undefined ? name : `${name}\n${text.edited.mend(placeOf(problem))}`}
      onClick={() => (problem === undefined ? runCommand(id) : showProblem(problem))}
    >
      {children}
    </button>
  );
}
