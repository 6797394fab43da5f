import { useId } from 'react';
import { useDialogs } from '../stores/dialogs.ts';
import { useActiveDocument, useDocuments } from '../stores/documents.ts';
import { setRun } from '../stores/edits.ts';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';

type Change = Parameters<typeof setRun>[1];

/** Seed, length and batch size. Every change is an edit like any other: it can be undone. */
export function RunSettings() {
  const text = useText();
  const words = text.runSettings;
  const { run } = useActiveDocument();
  const { edit, seal } = useDocuments.getState();
  const change = (name: string, to: Change) => edit((document) => setRun(document, to), { mark: `run.${name}` });
  const unit = run.epochs !== undefined ? 'epochs' : 'steps';
  const length = run[unit] ?? 1;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        useDialogs.getState().hide();
      }}
      onBlur={seal}
    >
      <NumberField
        label={words.seed}
        help={words.seedHelp}
        value={run.seed}
        least={0}
        onChange={(seed) => seed !== undefined && change('seed', { seed })}
      />
      <div className={css.field}>
        <fieldset className={css.either} style={{ border: 0, padding: 0, margin: 0 }}>
          <legend style={{ float: 'left', padding: '2px 8px 2px 0' }}>{words.length}</legend>
          {(['steps', 'epochs'] as const).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="unit"
                checked={unit === name}
                onChange={() => change('unit', name === 'steps' ? { steps: length } : { epochs: length })}
              />
              {words[name]}
            </label>
          ))}
        </fieldset>
        <Whole
          label={words[unit]}
          value={length}
          least={1}
          onChange={(n) => n !== undefined && change('length', { [unit]: n })}
        />
      </div>
      <NumberField
        label={words.batchSize}
        help={words.batchHelp}
        value={run.batchSize}
        least={1}
        placeholder={words.all}
        onChange={(batchSize) => change('batchSize', { batchSize })}
      />
      <div className={css.buttons}>
        <button type="submit" className={css.primary}>
          {text.dialog.done}
        </button>
      </div>
    </form>
  );
}

interface WholeProps {
  readonly label?: string;
  readonly id?: string;
  readonly value: number | undefined;
  readonly least: number;
  readonly placeholder?: string;
  onChange(value: number | undefined): void;
}

function NumberField({ label, help, ...rest }: WholeProps & { readonly label: string; readonly help: string }) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <Whole id={id} {...rest} />
      <small>{help}</small>
    </div>
  );
}

/** A field for a whole number; what is no such number is not taken, and on leaving the field shows the value again. */
function Whole({ label, value, least, onChange, ...rest }: WholeProps) {
  return (
    <input
      key={value}
      className={css.input}
      aria-label={label}
      inputMode="numeric"
      defaultValue={value ?? ''}
      onBlur={(event) => {
        const typed = event.target.value.trim().replaceAll(/[,_\s]/g, '');
        const number = Number(typed);
        if (typed === '') onChange(undefined);
        else if (Number.isSafeInteger(number) && number >= least && number <= 1e9) onChange(number);
        event.target.value = `${value ?? ''}`;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      {...rest}
    />
  );
}
