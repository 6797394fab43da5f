import { useActiveTab } from '../stores/documents.ts';
import { Chips } from './Chips.tsx';
import { CommandButton } from './CommandButton.tsx';
import { Icon, Mark } from './Icon.tsx';
import { MainMenu } from './MainMenu.tsx';
import { Phases } from './Phases.tsx';
import { Tabs } from './Tabs.tsx';
import css from './TopBar.module.css';
import { Transport } from './Transport.tsx';

export function TopBar() {
  const open = useActiveTab() !== undefined;
  return (
    <header className={css.top}>
      <div className={css.brand}>
        <MainMenu />
        <Mark />
        Gradloom
      </div>
      <Tabs />
      {open && <Transport />}
      {open && <Phases />}
      <span className={css.space} />
      {open && <Chips />}
      {open && (
        <CommandButton id="view.unrolled" className={css.icon}>
          <Icon name="unrolled" />
        </CommandButton>
      )}
      {open && (
        <CommandButton id="view.code" className={css.icon}>
          <Icon name="code" />
        </CommandButton>
      )}
      <CommandButton id="view.theme" className={css.icon}>
        <Icon name="sun" />
      </CommandButton>
    </header>
  );
}
