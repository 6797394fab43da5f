import type { GraphDocument } from '../../engine/graph/document.ts';
import { openText } from '../commands/files.ts';
import { useCommandKeys } from '../commands/keys.ts';
import { printKeys } from '../commands/shortcuts.ts';
import type { CommandId } from '../commands/table.ts';
import { runCommand } from '../commands/table.ts';
import { usePreferences } from '../stores/preferences.ts';
import { useText } from '../text/text.ts';
import { examples } from './examples.ts';
import { Icon, Mark } from './Icon.tsx';
import css from './StartPage.module.css';
import { Thumbnail } from './Thumbnail.tsx';

/** What one sees with nothing open: begin, open, or look at an example. */
export function StartPage() {
  const text = useText();
  return (
    <main className={css.start}>
      <div className={css.column}>
        <header className={css.head}>
          <Mark size={40} />
          <h1>{text.start.title}</h1>
        </header>
        <div className={css.actions}>
          <Action id="file.new" icon="plus" label={text.start.create} primary />
          <Action id="file.open" icon="file" label={text.start.open} />
          <span className="dim">{text.start.drop}</span>
        </div>
        <button type="button" className={css.tour} onClick={() => runCommand('help.tour')}>
          <Icon name="step" size={18} />
          <b>{text.command['help.tour']}</b>
          <span className="dim">{text.start.tour}</span>
        </button>
        <h2>{text.start.examples}</h2>
        <ul className={css.examples}>
          {examples.map((example) => (
            <li key={example.name}>
              <button type="button" className={css.example} onClick={() => openText(example.text, example.name)}>
                <Thumbnail document={example.document} />
                <b>{example.name}</b>
                <span className={css.about}>
                  <About document={example.document} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}

interface ActionProps {
  readonly id: CommandId;
  readonly icon: 'plus' | 'file';
  readonly label: string;
  readonly primary?: boolean;
}

function Action({ id, icon, label, primary = false }: ActionProps) {
  const keys = useCommandKeys(id);
  return (
    <button type="button" className={css.action} data-primary={primary || undefined} onClick={() => runCommand(id)}>
      <Icon name={icon} />
      {label}
      {keys !== undefined && <kbd className="num">{printKeys(keys)}</kbd>}
    </button>
  );
}

/** The document's first note, or its size. */
function About({ document }: { readonly document: GraphDocument }) {
  const text = useText().start;
  const language = usePreferences((state) => state.language);
  const note = document.view.notes?.[0]?.text;
  const { steps, epochs } = document.run;
  const length = steps !== undefined ? text.steps(steps) : epochs !== undefined ? text.epochs(epochs) : '';
  return note === undefined ? `${text.nodes(document.nodes.length)}, ${length}` : (note[language] ?? note.en);
}
