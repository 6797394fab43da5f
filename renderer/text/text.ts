import { usePreferences } from '../stores/preferences.ts';
import type { Text } from './en.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

const tables: Readonly<Record<'en' | 'zh', Text>> = { en, zh };

/** The interface's words in the chosen language. */
export const useText = (): Text => tables[usePreferences((state) => state.language)];

/** The same, outside of components. */
export const currentText = (): Text => tables[usePreferences.getState().language];
