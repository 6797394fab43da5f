import { usePreferences } from '../stores/preferences.ts';

const system = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
  const { theme } = usePreferences.getState();
  return theme === 'system' ? (system?.matches ?? false) : theme === 'dark';
}

/** Keeps the page in the chosen theme and language; `system` follows the computer. */
export function applyPreferences(): void {
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    document.documentElement.lang = usePreferences.getState().language === 'zh' ? 'zh-CN' : 'en';
  };
  usePreferences.subscribe(apply);
  system?.addEventListener('change', apply);
  apply();
}
