import { Select } from 'radix-ui';
import styles from './Inspector.module.css';

interface Props {
  readonly value: string;
  /** By value; a value may not be empty. */
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  readonly id?: string;
  /** What it sets, for those who look for it. */
  readonly name: string;
  readonly label?: string;
  readonly title?: string;
  /** Set in the line of a heading instead of in a form. */
  readonly quiet?: boolean;
}

/** One of several values, chosen from a list. */
export function Choice({ value, options, onChange, id, name, label, title, quiet = false }: Props) {
  const chosen = options.find(([option]) => option === value)?.[1];
  return (
    <Select.Root value={value} onValueChange={onChange}>
      <Select.Trigger
        id={id}
        className={quiet ? styles.quietSelect : styles.select}
        data-setting={name}
        aria-label={label}
        title={title ?? chosen}
      >
        <span className={styles.chosen}>
          <Select.Value />
        </span>
        <Select.Icon className={styles.chevron}>▾</Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Content className={styles.menu} position="popper" sideOffset={4}>
          <Select.Viewport>
            {options.map(([option, text]) => (
              <Select.Item key={option} value={option} className={styles.option}>
                <Select.ItemText>{text}</Select.ItemText>
              </Select.Item>
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}
