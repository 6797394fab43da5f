import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { isTerminalKind, kindOf, moduleName } from '../../engine/graph/kinds.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { editNode } from '../commands/node_edits.ts';
import { runCommand } from '../commands/table.ts';
import { BreakpointSection } from '../debugger/BreakpointSection.tsx';
import { GradientSection } from '../debugger/GradientSection.tsx';
import { FunctionSection } from '../functions/FunctionSection.tsx';
import { kindName } from '../nodes/kind_name.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useDocuments } from '../stores/documents.ts';
import { rename, setFile, setSetting } from '../stores/edits.ts';
import { alternatives, switchKind } from '../stores/kind_switch.ts';
import { nameOf } from '../stores/levels.ts';
import { useNodeProblems } from '../stores/problems.ts';
import { isMidway, useStanding } from '../stores/standing.ts';
import { Bindable } from './Bindable.tsx';
import { Choice } from './Choice.tsx';
import { Field } from './Field.tsx';
import { FormulaSection } from './FormulaSection.tsx';
import styles from './Inspector.module.css';
import { InstancePanel } from './InstancePanel.tsx';
import { inferredSetting } from './inferred.ts';
import { LiveStatistics } from './LiveStatistics.tsx';
import { NameField } from './NameField.tsx';
import { Problems } from './Problems.tsx';
import { useLanguage, useWords } from './words.ts';

interface Props {
  readonly tab: string;
  readonly node: DocumentNode;
  readonly document: GraphDocument;
}

/** One node: its form is generated from its kind's settings. */
export function NodeInspector({ tab, node, document }: Props) {
  const words = useWords();
  const language = useLanguage();
  const { shapes } = useDiagnosis();
  const byNode = useNodeProblems();
  const kind = kindOf(node, document.modules);
  const kinds = kind ? alternatives(kind) : [];
  const isStopped = useStanding(({ standing }) => isMidway(standing[tab]));
  const isInstance = moduleName(node.kind) !== undefined;
  const { edit, seal } = useDocuments.getState();
  const label = document.view.nodes[node.id]?.label ?? nameOf(node.id);
  const settings = Object.entries(kind?.settings ?? {}).filter(
    // Code has a section of its own.
    ([, { type, when }]) => type !== 'code' && isOfInterest(when, node, kind),
  );
  const firstLive = settings.find(([, { live }]) => live)?.[0];
  return (
    <>
      <h2 className={styles.title}>
        <NameField
          value={label}
          label={words.name}
          onChange={(text) => edit((d) => rename(d, node.id, text), { mark: `rename ${node.id}` })}
          onDone={seal}
        />
        {kinds.length > 1 ? (
          <Choice
            quiet
            name="kind"
            label={words.kind}
            title={words.kindHelp}
            value={node.kind}
            options={kinds.map((name) => [name, name])}
            onChange={(name) => editNode(node.id, (d) => switchKind(d, node.id, name))}
          />
        ) : (
          <small>{kindName(node.kind)}</small>
        )}
      </h2>
      {kind && <p className={styles.help}>{kind.help[language]}</p>}
      <Problems problems={byNode.get(node.id) ?? []} />
      <GradientSection tab={tab} node={node} />
      {settings.length > 0 && (
        <section className={styles.section}>
          <h3>{words.settings}</h3>
          {settings.map(([name, setting]) => (
            <Bindable key={name} node={node} name={name} setting={setting} document={document}>
              <Field
                name={name}
                place={`${tab}/${node.id}`}
                setting={setting}
                value={node.settings[name]}
                isMidway={isStopped && name === firstLive}
                inferred={inferredSetting(setting, node, document, shapes)}
                onChange={(value) =>
                  editNode(node.id, (d) => setSetting(d, node.id, name, value), { mark: `set ${node.id}.${name}` })
                }
                onFile={(file) => edit((d) => setFile(d, node.id, name, file))}
                onDone={seal}
              />
            </Bindable>
          ))}
        </section>
      )}
      <FunctionSection node={node} />
      <InstancePanel node={node} document={document} />
      {(kind?.block === 'frame' || kind?.block === 'chain') && !isInstance && (
        <div className={styles.actions}>
          <button type="button" title={words.unpackFrameHelp} onClick={() => runCommand('edit.unpack')}>
            {words.unpack}
          </button>
        </div>
      )}
      <BreakpointSection node={node} document={document} />
      {kind && <FormulaSection kind={kind.kind} />}
      {kind &&
        kind.outputs.length > 0 &&
        (!kind.block || isInstance) &&
        !isTerminalKind(node.kind) &&
        kind.category !== 'optimizer' && (
          <LiveStatistics tab={tab} node={node.id} backward={kind.category !== 'data'} />
        )}
    </>
  );
}

/** Some settings matter only where another has a certain value. */
function isOfInterest(when: Setting['when'], node: DocumentNode, kind: NodeKind | undefined): boolean {
  if (when === undefined) return true;
  return (node.settings[when.setting] ?? kind?.settings[when.setting]?.default) === when.is;
}
