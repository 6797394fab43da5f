import { useState } from 'react';
import type { GraphDocument, ModuleParam } from '../../engine/graph/document.ts';
import { definedKind } from '../../engine/graph/kinds.ts';
import { removePortOf } from '../commands/blocks.ts';
import {
  addPort,
  isName,
  removeParam,
  renameModule,
  renameParam,
  renamePort,
  setParamDefault,
} from '../stores/definition.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { type Tab, useDocuments } from '../stores/documents.ts';
import { definitionOf } from '../stores/scope.ts';
import { Field } from './Field.tsx';
import styles from './Inspector.module.css';
import { Problems } from './Problems.tsx';
import { useWords } from './words.ts';

interface Props {
  readonly tab: Tab;
  readonly module: string;
}

/** What is edited when nothing is selected in an open definition: its name, its ports and its settings. */
export function DefinitionSettings({ tab, module }: Props) {
  const words = useWords();
  const { diagnostics } = useDiagnosis();
  const { editWhole, enter } = useDocuments.getState();
  const definition = definitionOf(tab.document, module);
  if (definition === undefined) return null;
  const rename = (to: string) => {
    editWhole((d) => renameModule(d, module, to));
    const last = tab.scope.at(-1);
    const renamed = useDocuments.getState().tabs.find(({ id }) => id === tab.id)?.document ?? tab.document;
    if (last !== undefined && definitionOf(renamed, to) !== undefined)
      enter([...tab.scope.slice(0, -1), { ...last, module: to }]);
  };
  return (
    <>
      <h2 className={styles.title}>
        <CommittedName className={styles.name ?? ''} value={module} label={words.name} onCommit={rename} />
        <small>{words.module}</small>
      </h2>
      <p className={styles.help}>{words.definitionHelp}</p>
      <Problems problems={diagnostics.filter((d) => d.module === module && d.node === undefined)} />
      {(['inputs', 'outputs'] as const).map((side) => (
        <section key={side} className={styles.section} data-ports={side}>
          <h3>{words[side]}</h3>
          {definition.ports[side].map(({ name }) => (
            <div key={name} className={styles.item}>
              <CommittedName
                className={styles.input ?? ''}
                value={name}
                label={words.portName}
                onCommit={(to) => editWhole((d) => renamePort(d, module, side, name, to))}
              />
              <button
                type="button"
                aria-label={words.removePort(name)}
                title={words.removePort(name)}
                onClick={() => removePortOf(module, side, name)}
              >
                ×
              </button>
            </div>
          ))}
          <button type="button" className={styles.add} onClick={() => editWhole((d) => addPort(d, module, side))}>
            {side === 'inputs' ? words.addInput : words.addOutput}
          </button>
        </section>
      ))}
      <section className={styles.section} data-params="true">
        <h3>{words.params}</h3>
        {Object.keys(definition.params).length === 0 && <p className={styles.help}>{words.paramsHelp}</p>}
        {Object.entries(definition.params).map(([name, spec]) => (
          <ParamRow key={name} document={tab.document} module={module} name={name} spec={spec} place={tab.id} />
        ))}
      </section>
    </>
  );
}

function ParamRow({
  document,
  module,
  name,
  spec,
  place,
}: {
  readonly document: GraphDocument;
  readonly module: string;
  readonly name: string;
  readonly spec: ModuleParam;
  readonly place: string;
}) {
  const words = useWords();
  const { editWhole, seal } = useDocuments.getState();
  const definition = definitionOf(document, module);
  const setting = definition && definedKind(module, definition).settings[name];
  if (setting === undefined) return null;
  return (
    <div className={styles.param}>
      <CommittedName
        className={styles.input ?? ''}
        value={name}
        label={words.paramName}
        onCommit={(to) => editWhole((d) => renameParam(d, module, name, to))}
      />
      <Field
        name={`param ${name}`}
        place={place}
        setting={{ ...setting, label: { en: 'default', zh: '默认值' } }}
        value={spec.default}
        onChange={(value) => {
          if (typeof value === 'number' || typeof value === 'boolean')
            editWhole((d) => setParamDefault(d, module, name, value));
        }}
        onDone={seal}
      />
      <button
        type="button"
        aria-label={words.removeParam(name)}
        title={words.removeParam(name)}
        onClick={() => editWhole((d) => removeParam(d, module, name))}
      >
        ×
      </button>
    </div>
  );
}

/** A name that takes effect when the field is left: wires follow it, letter by letter they would only be cut. */
function CommittedName({
  value,
  label,
  className,
  onCommit,
}: {
  readonly value: string;
  readonly label: string;
  readonly className: string;
  readonly onCommit: (value: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const words = useWords();
  const text = typed ?? value;
  const wrong = !isName(text);
  return (
    <input
      className={className}
      aria-label={label}
      aria-invalid={wrong}
      title={wrong ? words.nameRule : undefined}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        if (typed !== null && !wrong && typed !== value) onCommit(typed);
        setTyped(null);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setTyped(null);
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
