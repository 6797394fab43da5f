// First of all: the count of commits has to be there before React looks for it.
import './commits.ts';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './tokens.css';
import { createRoot } from 'react-dom/client';
import { followFunctions } from '../commands/functions.ts';
import { keysOf } from '../commands/keys.ts';
import { listenForShortcuts } from '../commands/shortcuts.ts';
import { commands } from '../commands/table.ts';
import { followDocuments } from '../commands/training.ts';
import { host } from '../host/host.ts';
import { type Recovery, startBackup } from '../stores/backup.ts';
import { followCode } from '../stores/code.ts';
import { toast } from '../stores/toasts.ts';
import { currentText } from '../text/text.ts';
import { followTour } from '../tour/tour.ts';
import { App } from './App.tsx';
import { offerDebugHandle } from './debug_handle.ts';
import { applyPreferences } from './theme.ts';

applyPreferences();
followDocuments();
followFunctions();
followCode();
followTour();
listenForShortcuts(commands, (command) => keysOf(command));
offerDebugHandle();

const tell = ({ back, unsaved, unreadable }: Recovery) => {
  // Where all of it is in files, too, nothing was to be saved from loss.
  if (unsaved > 0) toast(currentText().toast.restored(back));
  if (unreadable > 0) toast(currentText().toast.unreadable(unreadable), [], 'bad');
};
tell(await startBackup(host.backup, () => toast(currentText().toast.backupFailed, [], 'bad'), tell));

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App />);
