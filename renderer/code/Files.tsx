import { DropdownMenu, Tabs } from 'radix-ui';
import { lazy, Suspense, useEffect, useState } from 'react';
import { leaveFocus } from '../app/focus.ts';
import menu from '../app/Menu.module.css';
import { copyFile } from '../commands/code.ts';
import { activeTab } from '../stores/documents.ts';
import { usePointed } from '../stores/pointed.ts';
import css from './CodePanel.module.css';
import { filesToRead, holds, titleOf } from './lines.ts';
import { useFileOfSelection } from './useFileOfSelection.ts';
import { useWords } from './words.ts';
import type { Code } from './written.ts';

/** CodeMirror is loaded when somebody looks at code. */
const CodeText = lazy(() => import('./CodeText.tsx'));

interface Props {
  readonly code: Code;
  /** There is no code of the document as it is now: this is how it was. */
  readonly stale: boolean;
}

/** The files of an export: those of the network side by side, those around it in a menu, and the text of one. */
export function Files({ code, stale }: Props) {
  const words = useWords();
  const { network, around } = filesToRead(code.files);
  const [chosen, choose] = useFileOfSelection(code, [...network, ...around]);
  const pointed = useFilesOfPointed(code, network);
  const file = code.files.get(chosen);
  if (file === undefined) return null;
  // What was taken from the menu has a tab as long as it is looked at.
  const tabs = network.includes(chosen) ? network : [...network, chosen];
  return (
    <Tabs.Root className={css.files} value={chosen} onValueChange={choose}>
      <div className={css.bar}>
        <Tabs.List className={css.tabs} aria-label={words.files}>
          {tabs.map((path) => (
            <Tabs.Trigger
              key={path}
              value={path}
              className={css.tab}
              title={path}
              // Where there is no room for all, the one that is chosen is in sight.
              ref={path === chosen ? intoSight : undefined}
              data-lit={pointed.includes(path) || undefined}
            >
              {titleOf(path)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {around.length > 0 && <Others paths={around} chosen={chosen} choose={choose} />}
        <Copy key={chosen} path={chosen} stale={stale} />
      </div>
      <Tabs.Content value={chosen} className={css.content} tabIndex={-1}>
        <Suspense fallback={<p className={css.note}>{words.loading}</p>}>
          <CodeText path={chosen} file={file} label={words.code(titleOf(chosen))} stale={stale} />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  );
}

const intoSight = (tab: HTMLElement | null): void => tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

const SEPARATOR = '\n';

/** The files that have lines of the node that the pointer is at. */
function useFilesOfPointed({ files }: Code, paths: readonly string[]): readonly string[] {
  // As one text: the same files are no change.
  const found = usePointed(({ node }) => {
    const tab = activeTab();
    if (node === null || tab === undefined) return '';
    return paths.filter((path) => holds(files.get(path), tab, [node])).join(SEPARATOR);
  });
  return found.split(SEPARATOR);
}

interface OthersProps {
  readonly paths: readonly string[];
  readonly chosen: string;
  readonly choose: (path: string) => void;
}

function Others({ paths, chosen, choose }: OthersProps) {
  const words = useWords();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={css.others} aria-label={words.others} title={words.others}>
        …
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="end" sideOffset={6} onCloseAutoFocus={leaveFocus}>
          <DropdownMenu.RadioGroup value={chosen} onValueChange={choose}>
            {paths.map((path) => (
              <DropdownMenu.RadioItem key={path} value={path} className={menu.item}>
                {titleOf(path)}
                <DropdownMenu.ItemIndicator className={menu.keys}>✓</DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** So long the button says that it was done, in milliseconds. */
const SAID = 1600;

function Copy({ path, stale }: { readonly path: string; readonly stale: boolean }) {
  const words = useWords();
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (done === 0) return;
    const timer = setTimeout(() => setDone(0), SAID);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    if (!stale && (await copyFile(path))) setDone((times) => times + 1);
  };
  return (
    <button
      type="button"
      className={css.button}
      data-copy="true"
      title={words.copyHelp(titleOf(path))}
      aria-disabled={stale}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{done > 0 ? words.copied : words.copy}</span>
    </button>
  );
}
