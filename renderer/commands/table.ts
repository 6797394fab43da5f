import type { Diagnostic } from '../../engine/graph/document.ts';
import { isDark } from '../app/theme.ts';
import { noteId } from '../canvas/notes.ts';
import { engine } from '../host/engine.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { activeGraph, activeTab, useDocuments } from '../stores/documents.ts';
import type { Panel } from '../stores/preferences.ts';
import { usePreferences } from '../stores/preferences.ts';
import { isGoing, runOf, useRun } from '../stores/run.ts';
import { useSelection } from '../stores/selection.ts';
import { useUnrolledView } from '../stores/unrolled.ts';
import type { Text } from '../text/en.ts';
import { startTour } from '../tour/tour.ts';
import {
  detachSelected,
  groupSelected,
  isBlockSelected,
  leaveDefinition,
  openDefinition,
  repeatSelected,
  selectedModule,
  unpackSelected,
} from './blocks.ts';
import { canBreak, toggleSelectedBreakpoints } from './breakpoints.ts';
import { canvasActions } from './canvas_actions.ts';
import {
  copySelected,
  cutSelected,
  deleteSelected,
  duplicateSelected,
  pasteFromClipboard,
  selectedNodes,
} from './clipboard.ts';
import { showCode, toggleCode } from './code.ts';
import { canCompare, compareWithCpu, whyNotCompare } from './compare.ts';
import { closeTab, openFile, saveActive } from './files.ts';
import { toggleSelected } from './folding.ts';
import { checkFunctions, hasFunctions } from './functions.ts';
import { focusPart } from './parts.ts';
import { obstacle } from './problems.ts';
import { tidyUp } from './tidy.ts';
import { canGoBack, canStep, canTrain, pause, reset, step, train, travel } from './training.ts';
import { canSaveWeights, chooseStart, saveWeights, whyNotSaveWeights } from './weights.ts';
import { canRename, rename, writeNote } from './writing.ts';

export type CommandId = Exclude<keyof Text['command'], 'file.example'>;
export type Group = keyof Text['group'];

/** One thing that the app can do. Menu, palette, buttons and shortcuts are readings of the same row. */
export interface Command {
  readonly id: CommandId;
  readonly group: Group;
  /** `Mod+Shift+Z`; Mod is Ctrl, or Cmd on a Mac. The first is shown, all work. None that browsers keep for themselves. */
  readonly keys?: readonly string[];
  enabled(): boolean;
  /** Why it cannot be run, where the network itself is in the way. */
  obstacle?(): Diagnostic | undefined;
  /** Why it makes no sense now, where nobody could guess. */
  whyNot?(): keyof Text['whyNot'] | undefined;
  /** Of what can be switched on and off: is it on? */
  isOn?(): boolean;
  run(): void;
}

const always = () => true;
const hasTab = () => activeTab() !== undefined;
const hasNodes = () => hasTab() && selectedNodes().length > 0;
/** Nodes or notes. */
const hasChosen = () => hasTab() && useSelection.getState().nodes.size > 0;
const everything = () => {
  const { nodes = [], view } = activeGraph() ?? {};
  return [...nodes.map((node) => node.id), ...(view?.notes ?? []).map(noteId)];
};
const going = () => isGoing(runOf(useDocuments.getState().active));
const isFree = () => !going() && engineReady();
/** Training: possible with a sound network while nothing else is under way. */
const onSoundNetwork = {
  enabled: () => isFree() && canTrain(),
  obstacle: () => (isFree() ? obstacle() : undefined),
};
/** Stepping: possible also while a step is under way, which it follows. */
const afterSteps = { ...onSoundNetwork, enabled: () => engineReady() && canStep() };
const engineReady = () => useRun.getState().engine === 'ready';
/** Has the active tab a session that made a pass? */
const hasRun = () => {
  const { trained, state } = runOf(useDocuments.getState().active);
  return trained !== null && state !== 'idle';
};
const toggle = (panel: Panel) => () => {
  const { panels, setPanel } = usePreferences.getState();
  setPanel(panel, { open: !panels[panel].open });
};
const onInstance = { enabled: () => selectedModule() !== undefined };
const onCanvas = { enabled: () => hasTab() && canvasActions() !== null };

export const commands: readonly Command[] = [
  { id: 'file.new', group: 'file', keys: ['Alt+N'], enabled: always, run: () => void useDocuments.getState().create() },
  { id: 'file.open', group: 'file', keys: ['Mod+O'], enabled: always, run: () => void openFile() },
  { id: 'file.save', group: 'file', keys: ['Mod+S'], enabled: hasTab, run: () => void saveActive() },
  { id: 'file.saveAs', group: 'file', keys: ['Mod+Shift+S'], enabled: hasTab, run: () => void saveActive(true) },
  { id: 'file.export', group: 'file', keys: ['Mod+E'], enabled: hasTab, run: showCode },
  {
    id: 'file.startFrom',
    group: 'file',
    enabled: hasTab,
    run: () => void chooseStart(),
  },
  {
    id: 'file.saveWeights',
    group: 'file',
    enabled: canSaveWeights,
    whyNot: whyNotSaveWeights,
    run: () => void saveWeights(),
  },
  {
    id: 'file.close',
    group: 'file',
    keys: ['Alt+W'],
    enabled: hasTab,
    run: () => closeTab(useDocuments.getState().active),
  },

  {
    id: 'edit.undo',
    group: 'edit',
    keys: ['Mod+Z'],
    enabled: () => (activeTab()?.past.length ?? 0) > 0,
    run: () => useDocuments.getState().undo(),
  },
  {
    id: 'edit.redo',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    enabled: () => (activeTab()?.future.length ?? 0) > 0,
    run: () => useDocuments.getState().redo(),
  },
  { id: 'edit.cut', group: 'edit', keys: ['Mod+X'], enabled: hasChosen, run: () => void cutSelected() },
  { id: 'edit.copy', group: 'edit', keys: ['Mod+C'], enabled: hasChosen, run: () => void copySelected() },
  { id: 'edit.paste', group: 'edit', keys: ['Mod+V'], enabled: hasTab, run: () => void pasteFromClipboard() },
  { id: 'edit.duplicate', group: 'edit', keys: ['Mod+D'], enabled: hasChosen, run: duplicateSelected },
  {
    id: 'edit.delete',
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    enabled: () => hasTab() && (useSelection.getState().nodes.size > 0 || useSelection.getState().wire !== null),
    run: deleteSelected,
  },
  { id: 'edit.rename', group: 'edit', keys: ['F2'], enabled: canRename, run: rename },
  { id: 'edit.note', group: 'edit', keys: ['Shift+N'], ...onCanvas, run: writeNote },
  {
    id: 'edit.selectAll',
    group: 'edit',
    keys: ['Mod+A'],
    enabled: () => everything().length > 0,
    run: () => useSelection.getState().select(everything()),
  },
  { id: 'edit.group', group: 'edit', keys: ['Mod+G'], enabled: hasNodes, run: groupSelected },
  { id: 'edit.repeat', group: 'edit', keys: ['Alt+R'], enabled: hasNodes, run: repeatSelected },
  { id: 'edit.unpack', group: 'edit', keys: ['Mod+Shift+G'], enabled: isBlockSelected, run: unpackSelected },
  {
    id: 'edit.tidy',
    group: 'edit',
    keys: ['Alt+Shift+F'],
    enabled: () => everything().length > 0,
    run: () => void tidyUp(),
  },
  { id: 'edit.detach', group: 'edit', ...onInstance, run: detachSelected },
  { id: 'edit.fold', group: 'edit', keys: ['E'], ...onInstance, run: toggleSelected },
  {
    id: 'edit.openModule',
    group: 'edit',
    keys: ['Alt+ArrowDown'],
    ...onInstance,
    run: () => {
      const found = selectedModule();
      if (found !== undefined) openDefinition(found.id, found.module);
    },
  },
  {
    id: 'edit.leaveModule',
    group: 'edit',
    keys: ['Alt+ArrowUp'],
    enabled: () => (activeTab()?.scope.length ?? 0) > 0,
    run: leaveDefinition,
  },

  { id: 'run.train', group: 'run', keys: ['Mod+Enter', 'F8'], ...onSoundNetwork, run: () => void train() },
  { id: 'run.pause', group: 'run', keys: ['F8'], enabled: going, run: () => void pause() },
  { id: 'run.next', group: 'run', keys: ['Alt+F10'], ...afterSteps, run: () => void step('iteration') },
  { id: 'run.step', group: 'run', keys: ['F10'], ...afterSteps, run: () => void step('entry') },
  { id: 'run.into', group: 'run', keys: ['Mod+.'], ...afterSteps, run: () => void step('into') },
  { id: 'run.out', group: 'run', keys: ['Mod+,'], ...afterSteps, run: () => void step('out') },
  { id: 'run.phase', group: 'run', keys: ['Alt+F8'], ...afterSteps, run: () => void step('phase') },
  { id: 'run.back', group: 'run', keys: ['Mod+F10'], enabled: canGoBack, run: () => void travel('back') },
  { id: 'run.breakpoint', group: 'run', keys: ['F9'], enabled: canBreak, run: toggleSelectedBreakpoints },
  {
    id: 'run.compare',
    group: 'run',
    enabled: canCompare,
    whyNot: whyNotCompare,
    run: () => void compareWithCpu(),
  },
  {
    id: 'run.reset',
    group: 'run',
    keys: ['Mod+Shift+Backspace'],
    enabled: () => useRun.getState().runs[useDocuments.getState().active] !== undefined,
    run: () => void reset(),
  },
  { id: 'run.checkFunctions', group: 'run', enabled: () => hasFunctions() && engineReady(), run: checkFunctions },
  { id: 'run.settings', group: 'run', enabled: hasTab, run: () => useDialogs.getState().show({ type: 'run' }) },
  {
    id: 'run.restartEngine',
    group: 'run',
    enabled: () => useRun.getState().engine === 'stopped',
    run: () => engine.restart(),
  },

  { id: 'view.fit', group: 'view', keys: ['F', 'Shift+1'], ...onCanvas, run: () => canvasActions()?.fitView() },
  { id: 'view.zoomIn', group: 'view', keys: ['+', '='], ...onCanvas, run: () => canvasActions()?.zoomIn() },
  { id: 'view.zoomOut', group: 'view', keys: ['-'], ...onCanvas, run: () => canvasActions()?.zoomOut() },
  {
    id: 'view.unrolled',
    group: 'view',
    keys: ['U'],
    enabled: () => hasRun() || useUnrolledView.getState().open,
    run: () => useUnrolledView.getState().setOpen(!useUnrolledView.getState().open),
  },
  {
    id: 'view.follow',
    group: 'view',
    enabled: always,
    isOn: () => usePreferences.getState().follows,
    run: () => usePreferences.getState().setFollows(!usePreferences.getState().follows),
  },
  {
    id: 'view.theme',
    group: 'view',
    enabled: always,
    run: () => usePreferences.getState().setTheme(isDark() ? 'light' : 'dark'),
  },
  { id: 'view.nextPart', group: 'view', keys: ['F6'], enabled: hasTab, run: () => focusPart(1) },
  { id: 'view.previousPart', group: 'view', keys: ['Shift+F6'], enabled: hasTab, run: () => focusPart(-1) },
  { id: 'view.palette', group: 'view', keys: ['Mod+B'], enabled: always, run: toggle('palette') },
  { id: 'view.inspector', group: 'view', keys: ['Mod+I'], enabled: always, run: toggle('inspector') },
  { id: 'view.dock', group: 'view', keys: ['Mod+J'], enabled: always, run: toggle('dock') },
  { id: 'view.code', group: 'view', keys: ['C'], enabled: always, run: toggleCode },
  {
    id: 'view.language',
    group: 'view',
    enabled: always,
    run: () => usePreferences.getState().setLanguage(usePreferences.getState().language === 'en' ? 'zh' : 'en'),
  },

  {
    id: 'help.commands',
    group: 'help',
    keys: ['Mod+K'],
    enabled: always,
    run: () => useDialogs.getState().show({ type: 'commands' }),
  },
  {
    id: 'help.shortcuts',
    group: 'help',
    keys: ['?'],
    enabled: always,
    run: () => useDialogs.getState().show({ type: 'shortcuts' }),
  },
  { id: 'help.tour', group: 'help', enabled: always, run: startTour },
];

const byId = new Map(commands.map((command) => [command.id, command]));

/** Runs a command if it makes sense now. */
export function runCommand(id: CommandId): void {
  const command = byId.get(id);
  if (command?.enabled()) command.run();
}

export const commandOf = (id: CommandId): Command | undefined => byId.get(id);
