import type { ReactNode } from 'react';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf, moduleName, paramOf } from '../../engine/graph/kinds.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { bindSetting, canBeParam, decidesPorts, unbindSetting } from '../stores/definition.ts';
import { moduleOf, useActiveTab, useDocuments } from '../stores/documents.ts';
import { levelOf, nameOf } from '../stores/levels.ts';
import styles from './Inspector.module.css';
import { useLanguage, useWords } from './words.ts';

interface Props {
  readonly node: DocumentNode;
  /** The graph on the canvas. */
  readonly document: GraphDocument;
  readonly name: string;
  readonly setting: Setting;
  /** The field, for a value of its own. */
  readonly children: ReactNode;
}

/** In a definition, a setting may be handed through to the module: each instance then chooses it. */
export function Bindable({ node, document, name, setting, children }: Props) {
  const words = useWords();
  const language = useLanguage();
  const tab = useActiveTab();
  const { editWhole } = useDocuments.getState();
  const level = levelOf(node.id);
  const shown = document.nodes.find((one) => one.id === level);
  const module = shown ? moduleName(shown.kind) : tab && moduleOf(tab);
  const id = nameOf(node.id);
  if (module == null || !canBeParam(setting)) return children;
  const param = paramOf(node.settings[name]);
  if (param !== undefined)
    return (
      <div className={styles.field}>
        <span>{setting.label?.[language] ?? name}</span>
        <span className={styles.bound} data-bound={name}>
          {words.boundTo(param)}
          <button
            type="button"
            aria-label={words.unbind}
            title={words.unbind}
            onClick={() => editWhole((d) => unbindSetting(d, module, id, name))}
          >
            ×
          </button>
        </span>
      </div>
    );
  const kind = kindOf(node, document.modules);
  if (kind === undefined || decidesPorts(kind, name)) return children;
  const now = node.settings[name] ?? setting.default;
  const value = typeof now === 'number' || typeof now === 'boolean' ? now : 1;
  return (
    <div className={styles.bindable}>
      {children}
      <button
        type="button"
        aria-label={words.bind}
        title={words.bind}
        data-bind={name}
        onClick={() => editWhole((d) => bindSetting(d, module, id, name, setting, value))}
      >
        =
      </button>
    </div>
  );
}
