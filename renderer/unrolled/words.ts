import { type Language, usePreferences } from '../stores/preferences.ts';
import type { UseMark } from './marks.ts';

/** What the unrolled graph says at a stop. */
const en = {
  marks: {
    todo: 'still to come',
    forward: 'at work, forward',
    done: 'forward done',
    backward: 'at work, backward',
    home: 'backward done',
  } satisfies Record<UseMark, string>,
  hint: 'Click a box to look at its entry, double-click to go there. With the keyboard: arrows, Space looks, Enter goes there.',
};
type Words = typeof en;

const zh: Words = {
  marks: {
    todo: '尚未到达',
    forward: '前向执行中',
    done: '前向已完成',
    backward: '反向执行中',
    home: '反向已完成',
  },
  hint: '单击方框查看它的一步，双击前往该处。键盘：方向键移动，空格查看，Enter 前往。',
};

const tables: Readonly<Record<Language, Words>> = { en, zh };
export const useStopWords = (): Words => tables[usePreferences((state) => state.language)];
