import { Switch } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import type { Setting, SettingValue } from '../../engine/nodes/settings.ts';
import type { DataFile } from '../host/types.ts';
import { Choice } from './Choice.tsx';
import { FileField } from './FileField.tsx';
import styles from './Inspector.module.css';
import { ParameterField, ParametersField } from './ReferenceField.tsx';
import { useTyped } from './useTyped.ts';
import { useLanguage, useWords } from './words.ts';

interface Props {
  readonly name: string;
  /** Whose field it is: `tab/node`, a tab, a dialog. */
  readonly place: string;
  readonly setting: Setting;
  /** As the document has it; undefined: the default. */
  readonly value: unknown;
  /** What an empty number stands for, as far as it is known. */
  readonly inferred?: number | string | undefined;
  readonly onChange: (value: SettingValue | undefined) => void;
  /** Is it to be said here that an iteration the run stands in goes on with what it began with? */
  readonly isMidway?: boolean;
  /** For settings that name a file. */
  readonly onFile?: (file: DataFile) => void;
  readonly onDone: () => void;
}

/** One setting: its schema decides what the field is, which values it takes and what it says about others. */
export function Field({
  name,
  place,
  setting,
  value,
  inferred,
  isMidway = false,
  onChange,
  onFile = ignore,
  onDone,
}: Props) {
  const language = useLanguage();
  const words = useWords();
  const id = useId();
  const label = setting.label?.[language] ?? name;
  const now = value === undefined ? setting.default : value;
  const row = (control: ReactNode) => (
    <>
      <div className={styles.field} title={setting.help?.[language]}>
        <label htmlFor={id}>
          {label}
          {setting.live && (
            <i className={styles.live} title={words.liveSetting}>
              {words.live}
            </i>
          )}
        </label>
        {control}
      </div>
      {setting.live && isMidway && <p className={styles.help}>{words.liveLater}</p>}
    </>
  );
  switch (setting.type) {
    case 'bool':
      return row(
        <Switch.Root
          id={id}
          className={styles.switch}
          checked={now === true}
          data-setting={name}
          onCheckedChange={(on) => {
            onChange(on);
            onDone();
          }}
        >
          <Switch.Thumb className={styles.thumb} />
        </Switch.Root>,
      );
    case 'choice':
      return row(
        <Choice
          id={id}
          name={name}
          value={String(now)}
          options={setting.options.map((option) => [option, option])}
          onChange={(choice) => {
            onChange(choice);
            onDone();
          }}
        />,
      );
    case 'file':
      return row(
        <FileField
          id={id}
          value={typeof now === 'string' ? now : ''}
          onChange={onChange}
          onFile={onFile}
          onDone={onDone}
        />,
      );
    case 'parameter':
      return row(
        <ParameterField
          id={id}
          name={name}
          value={typeof now === 'string' ? now : ''}
          onChange={onChange}
          onDone={onDone}
        />,
      );
    case 'parameters':
      return row(
        <ParametersField
          name={name}
          value={Array.isArray(now) ? now.map(String) : []}
          onChange={onChange}
          onDone={onDone}
        />,
      );
    default:
      return (
        <TextField
          id={id}
          place={place}
          name={name}
          label={label}
          setting={setting}
          value={now}
          placeholder={String(inferred ?? words.inferred)}
          row={row}
          onChange={onChange}
          onDone={onDone}
        />
      );
  }
}

const ignore = () => undefined;

interface TextProps {
  readonly id: string;
  readonly place: string;
  readonly name: string;
  readonly label: string;
  readonly setting: Setting;
  readonly value: unknown;
  readonly placeholder: string;
  readonly row: (control: ReactNode) => ReactNode;
  readonly onChange: (value: SettingValue | undefined) => void;
  readonly onDone: () => void;
}

/** Numbers, lists and words. */
function TextField({ id, row, ...rest }: TextProps) {
  const { name, setting, placeholder } = rest;
  const { text, told, wrong, meant: _, ...hear } = useTyped(rest);
  return (
    <>
      {row(
        <input
          id={id}
          className={styles.input}
          data-setting={name}
          inputMode={setting.type === 'int' || setting.type === 'float' ? 'decimal' : 'text'}
          spellCheck={false}
          autoComplete="off"
          placeholder={'default' in setting && setting.default === null ? placeholder : ''}
          value={text}
          aria-invalid={wrong}
          aria-describedby={told === undefined ? undefined : `${id}-problem`}
          {...hear}
        />,
      )}
      {told !== undefined && (
        <p id={`${id}-problem`} className={styles.invalid} role="alert">
          {told}
        </p>
      )}
    </>
  );
}
