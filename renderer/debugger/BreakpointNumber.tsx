import { useId } from 'react';
import type { Setting } from '../../engine/nodes/settings.ts';
import { useTyped } from '../inspector/useTyped.ts';
import css from './Breakpoints.module.css';

interface Field {
  /** Whose it is: `tab/key`. */
  readonly place: string;
  readonly name: string;
  readonly label: string;
  readonly setting: Setting;
  /** Absent: none. */
  readonly value: number | undefined;
  readonly onChange: (value: number | null) => void;
}

/** A number of a breakpoint: what is typed is in force once the field is left, and what it cannot be is told. */
export const useNumber = ({ onChange, ...field }: Field) =>
  useTyped({
    ...field,
    placeholder: '–',
    late: true,
    onChange: (next) => onChange(next === null ? null : Number(next)),
  });

/** `isLabelled`: the label is to be seen, not only heard. */
export function BreakpointNumber({
  typed: { text, told, wrong, meant: _, ...hear },
  label,
  isLabelled = false,
}: {
  readonly typed: ReturnType<typeof useNumber>;
  readonly label: string;
  readonly isLabelled?: boolean;
}) {
  const id = useId();
  return (
    <>
      <label>
        {isLabelled && <span className="dim">{label}</span>}
        <input
          className="num"
          inputMode="decimal"
          spellCheck={false}
          autoComplete="off"
          aria-label={isLabelled ? undefined : label}
          value={text}
          aria-invalid={wrong}
          aria-describedby={told === undefined ? undefined : id}
          {...hear}
        />
      </label>
      {told !== undefined && (
        <p id={id} className={css.told} role="alert">
          {told}
        </p>
      )}
    </>
  );
}

/** A whole number from 1 on, or none. */
export function BreakpointCount(field: Field) {
  return <BreakpointNumber typed={useNumber(field)} label={field.label} isLabelled />;
}
