import { FunctionDialog } from '../functions/FunctionDialog.tsx';
import { InsistDialog } from '../functions/InsistDialog.tsx';
import { useDialogs } from '../stores/dialogs.ts';
import { useText } from '../text/text.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { Frame } from './Frame.tsx';
import { RunSettings } from './RunSettings.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { UnsavedClose } from './UnsavedClose.tsx';

/** The one dialog that is open. */
export function Dialogs() {
  const text = useText();
  const { dialog, hide } = useDialogs();
  if (dialog === null) return null;
  switch (dialog.type) {
    case 'run':
      return (
        <Frame title={text.runSettings.title} onClose={hide}>
          <RunSettings />
        </Frame>
      );
    case 'shortcuts':
      return (
        <Frame title={text.dialog.shortcutsTitle} onClose={hide}>
          <Shortcuts />
        </Frame>
      );
    case 'commands':
      return (
        <Frame title={text.dialog.commandsTitle} onClose={hide} bare>
          <CommandPalette />
        </Frame>
      );
    case 'function':
      return <FunctionDialog key={dialog.node} id={dialog.node} />;
    case 'insist':
      return <InsistDialog functions={dialog.functions} go={dialog.go} />;
    case 'unsaved':
      return <UnsavedClose tab={dialog.tab} />;
    default:
      return dialog satisfies never;
  }
}
