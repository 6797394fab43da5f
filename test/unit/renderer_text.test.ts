import { describe, expect, it } from 'vitest';
import { en } from '../../renderer/text/en.ts';
import { zh } from '../../renderer/text/zh.ts';

/** Every sentence by its path; what takes an argument is given one. */
function sentences(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const here = `${path}${key}`;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') return [[here, String(value(key === 'ready' ? 'cpu' : 3))]];
    return sentences(value, `${here}.`);
  });
}

describe('text', () => {
  it('says the same things in both languages, and nothing is left empty', () => {
    const [english, chinese] = [sentences(en), sentences(zh)];
    expect(chinese.map(([path]) => path).sort()).toEqual(english.map(([path]) => path).sort());
    expect([...english, ...chinese].filter(([, sentence]) => sentence.trim() === '')).toEqual([]);
  });

  it('counts in the singular where there is one', () => {
    expect(en.problems.count(1)).toBe('1 problem');
    expect(en.problems.count(0)).toBe('0 problems');
  });
});
