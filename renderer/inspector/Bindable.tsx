import type { ReactNode } from 'react';
import type { DocumentNode } from '../../engine/graph/document.ts';
import { paramOf } from '../../engine/graph/kinds.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { bindSetting, canBeParam, unbindSetting } from '../stores/definition.ts';
import { moduleOf, useActiveTab, useDocuments } from '../stores/documents.ts';
import styles from './Inspector.module.css';
import { useLanguage, useWords } from './words.ts';

interface Props {
  readonly node: DocumentNode;
  readonly name: string;
  readonly setting: Setting;
  /** The field, for a value of its own. */
  readonly children: ReactNode;
}

/** In a definition, a setting may be handed through to the module: each instance then chooses it. */
export function Bindable({ node, name, setting, children }: Props) {
  const words = useWords();
  const language = useLanguage();
  const tab = useActiveTab();
  const { editWhole } = useDocuments.getState();
  const module = tab === undefined ? null : moduleOf(tab);
  if (module === null || !canBeParam(setting)) return children;
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
            onClick={() => editWhole((d) => unbindSetting(d, module, node.id, name))}
          >
            ×
          </button>
        </span>
      </div>
    );
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
        onClick={() => editWhole((d) => bindSetting(d, module, node.id, name, setting, value))}
      >
        =
      </button>
    </div>
  );
}
