import { create } from 'zustand';
import { DEVICES, type DeviceChoice } from '../../engine/graph/device.ts';

export type Theme = 'light' | 'dark' | 'system';
export type Language = 'en' | 'zh';
export type Panel = 'palette' | 'inspector' | 'dock' | 'code';

interface PanelState {
  /** Pixels. */
  readonly size: number;
  readonly open: boolean;
}

interface Stored {
  readonly theme: Theme;
  readonly language: Language;
  readonly panels: Readonly<Record<Panel, PanelState>>;
  readonly logarithmic: boolean;
  /** Does the canvas move along with the node at work, where a run is stepped? */
  readonly follows: boolean;
  /** What runs are to compute on: a matter of this machine, not of a document. */
  readonly device: DeviceChoice;
  /** The language that code is shown in, by its name. */
  readonly code: string;
  /** Does code start from the weights that the run has learned? */
  readonly codeWeights: boolean;
  /** Keys that the user gave to commands, by the command's id; an empty list takes them away. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

interface Preferences extends Stored {
  setTheme(theme: Theme): void;
  setLanguage(language: Language): void;
  setPanel(panel: Panel, change: Partial<PanelState>): void;
  setLogarithmic(logarithmic: boolean): void;
  setFollows(follows: boolean): void;
  setDevice(device: DeviceChoice): void;
  setCode(code: string): void;
  setCodeWeights(codeWeights: boolean): void;
  setKeys(keys: Stored['keys']): void;
}

/** What a panel may measure, in pixels. */
export const PANEL_LIMITS: Readonly<
  Record<Panel, { readonly min: number; readonly max: number; readonly usual: number }>
> = {
  palette: { min: 140, max: 360, usual: 208 },
  inspector: { min: 220, max: 560, usual: 316 },
  dock: { min: 96, max: 480, usual: 236 },
  code: { min: 280, max: 1100, usual: 480 },
};

const KEY = 'gradloom.preferences';

/** Magnified twice, a usual window is this wide: two panels would leave no canvas beside them. */
const NARROW = globalThis.matchMedia?.('(max-width: 900px)');
/** The panels beside the canvas: a narrow window has room for one. */
const BESIDE: readonly Panel[] = ['palette', 'inspector', 'code'];

const initial: Stored = {
  theme: 'system',
  language: globalThis.navigator?.language?.startsWith('zh') ? 'zh' : 'en',
  panels: {
    palette: { size: PANEL_LIMITS.palette.usual, open: true },
    inspector: { size: PANEL_LIMITS.inspector.usual, open: true },
    dock: { size: PANEL_LIMITS.dock.usual, open: true },
    code: { size: PANEL_LIMITS.code.usual, open: false },
  },
  logarithmic: true,
  follows: true,
  device: 'auto',
  code: '',
  codeWeights: false,
  keys: {},
};

/** What was remembered, as far as it still makes sense. */
function remembered(): Stored {
  try {
    const value: unknown = JSON.parse(globalThis.localStorage?.getItem(KEY) ?? '{}');
    if (typeof value !== 'object' || value === null) return initial;
    const given = value as Partial<Stored>;
    const panel = (name: Panel): PanelState => {
      const { size, open } = given.panels?.[name] ?? initial.panels[name];
      const isOpen = typeof open === 'boolean' ? open : initial.panels[name].open;
      return { size: clampSize(name, Number.isFinite(size) ? size : PANEL_LIMITS[name].usual), open: isOpen };
    };
    return {
      theme: given.theme === 'light' || given.theme === 'dark' ? given.theme : 'system',
      language: given.language === 'en' || given.language === 'zh' ? given.language : initial.language,
      panels: {
        palette: panel('palette'),
        inspector: panel('inspector'),
        dock: panel('dock'),
        code: panel('code'),
      },
      logarithmic: given.logarithmic !== false,
      follows: given.follows !== false,
      device: DEVICES.find((device) => device === given.device) ?? 'auto',
      code: typeof given.code === 'string' ? given.code : '',
      codeWeights: given.codeWeights === true,
      keys: rememberedKeys(given.keys),
    };
  } catch {
    return initial;
  }
}

function rememberedKeys(given: unknown): Stored['keys'] {
  if (typeof given !== 'object' || given === null) return {};
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((keys) => typeof keys === 'string');
  return Object.fromEntries(Object.entries(given).filter(([, value]) => isList(value)));
}

const clampSize = (panel: Panel, size: number): number =>
  Math.round(Math.min(PANEL_LIMITS[panel].max, Math.max(PANEL_LIMITS[panel].min, size)));

/** The panels as a narrow window begins with them. */
const narrowed = (panels: Stored['panels']): Stored['panels'] => ({
  palette: panels.palette,
  inspector: { ...panels.inspector, open: false },
  dock: { ...panels.dock, open: false },
  code: { ...panels.code, open: false },
});

const stored = remembered();
/** The panels of a wide window, which a narrow one leaves as they are. */
let wide = stored.panels;

export const usePreferences = create<Preferences>((set) => ({
  ...stored,
  panels: NARROW?.matches ? narrowed(wide) : wide,
  setTheme: (theme) => set({ theme }),
  setLanguage: (language) => set({ language }),
  setPanel: (panel, change) =>
    set(({ panels }) => {
      const next = { ...panels[panel], ...change };
      const changed = { ...panels, [panel]: { ...next, size: clampSize(panel, next.size) } };
      if (!NARROW?.matches) wide = changed;
      else if (BESIDE.includes(panel) && next.open)
        for (const other of BESIDE) if (other !== panel) changed[other] = { ...changed[other], open: false };
      return { panels: changed };
    }),
  setLogarithmic: (logarithmic) => set({ logarithmic }),
  setFollows: (follows) => set({ follows }),
  setDevice: (device) => set({ device }),
  setCode: (code) => set({ code }),
  setCodeWeights: (codeWeights) => set({ codeWeights }),
  setKeys: (keys) => set({ keys }),
}));

NARROW?.addEventListener('change', ({ matches }) =>
  usePreferences.setState({ panels: matches ? narrowed(wide) : wide }),
);

usePreferences.subscribe(({ theme, language, logarithmic, follows, device, code, codeWeights, keys }) => {
  try {
    const told: Stored = { theme, language, panels: wide, logarithmic, follows, device, code, codeWeights, keys };
    globalThis.localStorage?.setItem(KEY, JSON.stringify(told));
  } catch {
    // A full or forbidden storage costs the memory of panel sizes, nothing else.
  }
});
