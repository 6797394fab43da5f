/** The words of the inspector. */
const en = {
  inspector: 'Inspector',
  name: 'Name',
  settings: 'Settings',
  run: 'Run',
  wire: 'Wire',
  formula: 'Formula',
  output: 'Output',
  gradient: 'Gradient of the output',
  inferred: 'auto',
  live: 'live',
  liveSetting: 'May change during a run, from the next iteration on',
  noFile: 'no file',
  nonFinite: 'NaN or ∞',
  noNumbersYet: 'Train to see the numbers of this node.',
  batchHelp: 'Without a batch size every iteration uses the whole data.',
  statistics: { min: 'min', max: 'max', mean: 'mean', std: 'std', norm: 'norm', zeros: 'zeros' },
  problem: (text: string) => text,
  manySelected: (n: number) => `${n} nodes selected`,
  document: (n: number) => (n === 1 ? '1 node' : `${n} nodes`),
};
export type Words = typeof en;
export const useWords = (): Words => en;
export const useLanguage = (): 'en' | 'zh' => 'en';
