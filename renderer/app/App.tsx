import { Canvas } from '../canvas/Canvas.tsx';
import { Palette } from '../canvas/Palette.tsx';
import { CodePanel } from '../code/CodePanel.tsx';
import { Inspector } from '../inspector/Inspector.tsx';
import { useDocuments } from '../stores/documents.ts';
import { usePreferences } from '../stores/preferences.ts';
import { Tour } from '../tour/Tour.tsx';
import { Behind, InFront } from '../unrolled/InFront.tsx';
import css from './App.module.css';
import { Dialogs } from './Dialogs.tsx';
import { Dock } from './Dock.tsx';
import { DropTarget } from './DropTarget.tsx';
import { EditedBanner } from './EditedBanner.tsx';
import { PanelEdge } from './PanelEdge.tsx';
import { StartPage } from './StartPage.tsx';
import { StatusBar } from './StatusBar.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';

/** Pixels of the canvas that code leaves it. */
const LEAST_CANVAS = 320;

/** The window: top bar, palette, canvas, code, inspector, dock, status bar; or the start page when nothing is open. */
export function App() {
  const open = useDocuments((state) => state.active !== '');
  const { palette, inspector, dock, code } = usePreferences((state) => state.panels);
  // In a narrow window, where there is one of them, a panel has room for a row of figures.
  const width = (panel: typeof palette) => (open && panel.open ? `min(${panel.size}px, max(32vw, 288px))` : '0px');
  // Beside code some of the canvas stays: both are looked at together.
  const beside = `max(100vw - ${width(palette)} - ${width(inspector)} - ${LEAST_CANVAS}px, 288px)`;
  const codeWidth = open && code.open ? `min(${code.size}px, ${beside})` : '0px';
  return (
    <div
      className={css.app}
      style={{
        gridTemplateColumns: `${width(palette)} minmax(0, 1fr) ${codeWidth} ${width(inspector)}`,
        gridTemplateRows: `44px minmax(0, 1fr) ${open && dock.open ? `min(${dock.size}px, 45vh)` : '0px'} minmax(26px, auto)`,
      }}
    >
      <TopBar />
      {open ? (
        <>
          {palette.open && (
            <Behind className={css.palette}>
              <Palette />
            </Behind>
          )}
          <main className={css.canvas}>
            <Behind className={css.fill}>
              <Canvas />
            </Behind>
            <EditedBanner />
            <PanelEdge panel="palette" />
            <PanelEdge panel={code.open ? 'code' : 'inspector'} />
            <PanelEdge panel="dock" />
          </main>
          <InFront />
          {code.open && (
            <div className={css.code}>
              <CodePanel />
              <PanelEdge panel="inspector" />
            </div>
          )}
          {inspector.open && (
            <div className={css.inspector}>
              <Inspector />
            </div>
          )}
          {dock.open && <Dock />}
        </>
      ) : (
        <StartPage />
      )}
      <StatusBar />
      <Tour />
      <Dialogs />
      <Toasts />
      <DropTarget />
    </div>
  );
}
