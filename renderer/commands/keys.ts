import { usePreferences } from '../stores/preferences.ts';
import { RESERVED } from './shortcuts.ts';
import { type Command, commandOf, commands } from './table.ts';

/** Which keys a command has: its own, or those that the user gave it. */

type Chosen = Readonly<Record<string, readonly string[]>>;
const nothing: readonly string[] = [];

export const keysOf = (
  { id, keys = nothing }: Pick<Command, 'id' | 'keys'>,
  chosen: Chosen = usePreferences.getState().keys,
): readonly string[] => (Object.hasOwn(chosen, id) ? (chosen[id] ?? nothing) : keys);

/** The keys of a command that are shown beside its name; it is drawn anew when they change. */
export function useCommandKeys(id: Command['id']): string | undefined {
  const chosen = usePreferences((state) => state.keys);
  const command = commandOf(id);
  return command && keysOf(command, chosen)[0];
}

/** Whose keys these are, but for `id` itself. */
export const holderOf = (keys: string, id: Command['id']): Command | undefined =>
  commands.find((command) => command.id !== id && keysOf(command).includes(keys));

/**
 * Gives a command other keys, `null` none; who had them loses them. False where no command may have them: the browser keeps them
 * for itself.
 */
export function bind(id: Command['id'], keys: string | null): boolean {
  if (keys !== null && RESERVED.has(keys)) return false;
  const { keys: chosen, setKeys } = usePreferences.getState();
  const taken = commands.filter((command) => command.id !== id && keys !== null && keysOf(command).includes(keys));
  const without = taken.map((command) => [command.id, keysOf(command).filter((one) => one !== keys)] as const);
  setKeys({ ...chosen, ...Object.fromEntries(without), [id]: keys === null ? [] : [keys] });
  return true;
}

/** Gives a command, or all, the keys that it has of its own. */
export function unbind(id?: Command['id']): void {
  const { keys, setKeys } = usePreferences.getState();
  setKeys(id === undefined ? {} : Object.fromEntries(Object.entries(keys).filter(([one]) => one !== id)));
}
