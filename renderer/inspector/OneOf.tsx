import { useId } from 'react';
import css from './Inspector.module.css';

/** One of a few, all of them in sight: the arrow keys go from one to the next. */
export function OneOf<Name extends string>({
  title,
  options,
  names,
  chosen,
  onChoose,
}: {
  readonly title: string;
  readonly options: readonly Name[];
  /** What they are called. */
  readonly names: Readonly<Record<Name, string>>;
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}) {
  const group = useId();
  return (
    <div className={css.oneOf} role="radiogroup" aria-labelledby={group}>
      <span id={group}>{title}</span>
      {options.map((name) => (
        <label key={name}>
          <input type="radio" name={group} checked={name === chosen} onChange={() => onChoose(name)} />
          {names[name]}
        </label>
      ))}
    </div>
  );
}
