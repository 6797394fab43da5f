import { Select } from 'radix-ui';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { levelOf } from '../stores/levels.ts';
import { useNamesHere } from '../stores/names.ts';
import styles from './Inspector.module.css';
import { useWords } from './words.ts';

/** A choice among the nodes that hold parameters. */
export function ParameterField({
  id,
  name,
  value,
  onChange,
  onDone,
}: {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onDone: () => void;
}) {
  const words = useWords();
  const names = useNamesHere();
  const { parameters } = useDiagnosis();
  // A name that is no longer there stays visible, so that one sees what the problem is about.
  const known = [...parameters.keys()].filter((id) => levelOf(id) === '');
  const all = value === '' || known.includes(value) ? known : [value, ...known];
  return (
    <Select.Root
      value={value}
      onValueChange={(choice) => {
        onChange(choice);
        onDone();
      }}
    >
      <Select.Trigger id={id} className={styles.select} data-setting={name}>
        <Select.Value placeholder={words.chooseParameter} />
        <Select.Icon className={styles.chevron}>▾</Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Content className={styles.menu} position="popper" sideOffset={4}>
          <Select.Viewport>
            {all.length === 0 && <p className={styles.noChoice}>{words.noParameters}</p>}
            {all.map((option) => (
              <Select.Item key={option} value={option} className={styles.option}>
                <Select.ItemText>{names.whole(option)}</Select.ItemText>
              </Select.Item>
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}

/** Any number of nodes that hold parameters; none chosen stands for all. */
export function ParametersField({
  name,
  value,
  onChange,
  onDone,
}: {
  readonly name: string;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[] | null) => void;
  readonly onDone: () => void;
}) {
  const words = useWords();
  const names = useNamesHere();
  const { holders } = useDiagnosis();
  const options = [...holders, ...value.filter((id) => !holders.includes(id))];
  const toggle = (id: string) => {
    const next = value.includes(id) ? value.filter((one) => one !== id) : [...value, id];
    onChange(next.length === 0 ? null : next);
    onDone();
  };
  return (
    <span className={styles.references} data-setting={name}>
      {options.length === 0 && <span className={styles.noChoice}>{words.noParameters}</span>}
      {options.map((id) => (
        <button
          key={id}
          type="button"
          className={styles.reference}
          aria-pressed={value.includes(id)}
          onClick={() => toggle(id)}
        >
          {names.whole(id)}
        </button>
      ))}
      {options.length > 0 && value.length === 0 && <small>{words.allParameters}</small>}
    </span>
  );
}
