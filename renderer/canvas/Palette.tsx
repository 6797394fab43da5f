import { Tooltip } from 'radix-ui';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { definedKind, kindOf } from '../../engine/graph/kinds.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { Category, NodeKind } from '../../engine/nodes/node.ts';
import { CategoryIcon } from '../nodes/icons.tsx';
import { kindName } from '../nodes/kind_name.ts';
import { useActiveTab } from '../stores/documents.ts';
import styles from './Palette.module.css';
import { addToCanvas, beginPaletteDrag, usePaletteDrag } from './palette_drag.ts';
import { useLanguage, useWords } from './words.ts';

const order: readonly Category[] = ['data', 'layers', 'activations', 'tensor', 'loss', 'optimizer', 'blocks'];

/** Kinds whose name or help contains every word of `query`; names first. */
function search(kinds: Iterable<NodeKind>, query: string, language: 'en' | 'zh'): NodeKind[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (kind: NodeKind) => {
    const name = kindName(kind.kind).toLowerCase();
    const text = `${name} ${kind.category} ${kind.help[language].toLowerCase()}`;
    if (!terms.every((term) => text.includes(term))) return undefined;
    return terms.every((term) => name.startsWith(term)) ? 0 : terms.every((term) => name.includes(term)) ? 1 : 2;
  };
  return [...kinds]
    .flatMap((kind) => {
      const at = rank(kind);
      return at === undefined ? [] : [{ kind, at }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ kind }) => kind);
}

/** All kinds of node: to drag onto the canvas, or to add with Enter or a double click. */
export function Palette() {
  const words = useWords();
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const tab = useActiveTab();
  const modules = tab?.document.modules;
  const around = tab?.scope;
  const own = useMemo(() => {
    // A module cannot contain itself, nor what is open on the way to it.
    const open = new Set(around?.map(({ module }) => module));
    return Object.entries(modules ?? {}).flatMap(([name, one]) => (open.has(name) ? [] : [definedKind(name, one)]));
  }, [modules, around]);
  const found = useMemo(() => search([...own, ...nodeKinds.values()], query, language), [own, query, language]);

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable=true]');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);

  const groups =
    query === ''
      ? [
          { title: words.modules, kinds: found.filter((k) => k.block === 'module') },
          ...order.map((c) => ({
            title: words.categories[c],
            kinds: found.filter((k) => k.category === c && k.block !== 'module'),
          })),
        ]
      : [{ title: '', kinds: found }];
  return (
    <Tooltip.Provider delayDuration={500} skipDelayDuration={100}>
      <nav className={styles.palette} aria-label={words.palette} data-palette="true">
        <label className={styles.search}>
          <input
            ref={field}
            type="search"
            placeholder={words.searchNodes}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              const first = found[0];
              if (event.key === 'Enter' && first) {
                addToCanvas(first.kind);
                setQuery('');
              }
              if (event.key === 'Escape') {
                setQuery('');
                field.current?.blur();
              }
            }}
          />
          <kbd>/</kbd>
        </label>
        <div className={styles.list}>
          {groups.map(({ title, kinds }) =>
            kinds.length === 0 ? null : (
              <section key={title}>
                {title && <h4>{title}</h4>}
                {kinds.map((kind) => (
                  <Item key={kind.kind} kind={kind} help={kind.help[language]} />
                ))}
              </section>
            ),
          )}
          {found.length === 0 && <p className={styles.none}>{words.nothingFound}</p>}
        </div>
      </nav>
      <Ghost />
    </Tooltip.Provider>
  );
}

function Item({ kind, help }: { readonly kind: NodeKind; readonly help: string }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className={styles.item}
          data-palette-item={kind.kind}
          onPointerDown={(event) => {
            if (event.button === 0) beginPaletteDrag(kind.kind, event);
          }}
          onDoubleClick={() => addToCanvas(kind.kind)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') addToCanvas(kind.kind);
          }}
        >
          <CategoryIcon category={kind.category} />
          {kindName(kind.kind)}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={styles.tooltip} side="right" sideOffset={8}>
          {help}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** What is being dragged, under the pointer. */
function Ghost() {
  const { kind, x, y } = usePaletteDrag();
  const modules = useActiveTab()?.document.modules ?? {};
  const record = kind === null ? undefined : kindOf({ id: '', kind, settings: {} }, modules);
  if (!record) return null;
  return createPortal(
    <div className={styles.ghost} style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` }}>
      <CategoryIcon category={record.category} />
      {kindName(record.kind)}
    </div>,
    document.body,
  );
}
