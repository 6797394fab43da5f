import { useEffect, useRef, useState } from 'react';
import { LIMITS } from '../../engine/graph/schema.ts';
import { registerNameField } from '../commands/name_field.ts';
import styles from './Inspector.module.css';

interface Props {
  readonly value: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
  readonly onDone: () => void;
}

/** A name that can be typed over where it stands. */
export function NameField({ value, label, onChange, onDone }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => registerNameField(() => field.current?.select()), []);
  return (
    <input
      ref={field}
      className={styles.name}
      aria-label={label}
      data-name-field="true"
      spellCheck={false}
      autoComplete="off"
      maxLength={LIMITS.name}
      size={Math.max(4, text.length)}
      title={text}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(event.target.value);
      }}
      onBlur={() => {
        setTyped(null);
        onDone();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
