import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { floats, myReLU } from './functions/sources.ts';

/** The storage of a browser, which pages share: all that the modules need of it. */
class TextStorage {
  readonly #texts = new Map<string, string>();
  getItem = (key: string): string | null => this.#texts.get(key) ?? null;
  setItem = (key: string, text: string) => void this.#texts.set(key, text);
}

/** The stores as a page has them that was opened just now. */
async function newPage() {
  vi.resetModules();
  const { hasInsisted, insistOn } = await import('../../renderer/stores/insistence.ts');
  const { rememberedVerdict, rememberVerdict } = await import('../../renderer/stores/verdicts.ts');
  return { hasInsisted, insistOn, rememberedVerdict, rememberVerdict };
}

let storage: TextStorage;
beforeEach(() => {
  storage = new TextStorage();
  vi.stubGlobal('localStorage', storage);
});
afterEach(() => vi.unstubAllGlobals());

const use = { source: myReLU, signature: floats([2, 3]) };
const verified = { verdict: 'verified', checked: 6, elements: 6, kinks: 0 } as const;

describe('that the user insisted on a function', () => {
  it('is remembered in the next page, for that code and these shapes', async () => {
    const page = await newPage();
    expect(page.hasInsisted(use)).toBe(false);
    page.insistOn([use]);
    expect(page.hasInsisted(use)).toBe(true);
    const next = await newPage();
    expect(next.hasInsisted(use)).toBe(true);
    expect(next.hasInsisted({ ...use, signature: floats([3, 2]) })).toBe(false);
    expect(next.hasInsisted({ ...use, source: `${myReLU} ` })).toBe(false);
  });

  it('is kept for the last 200 functions, and small', async () => {
    const { insistOn, hasInsisted } = await newPage();
    const uses = Array.from({ length: 201 }, (_, i) => ({ ...use, source: `// ${i}\n${myReLU.repeat(20)}` }));
    insistOn(uses);
    expect(uses.map(hasInsisted)).toEqual([false, ...uses.slice(1).map(() => true)]);
    expect(storage.getItem('gradloom.insisted')?.length).toBeLessThan(200 * 30);
  });

  it('outlives what another page writes', async () => {
    const [one, other] = [await newPage(), await newPage()];
    const second = { ...use, signature: floats([5]) };
    expect(other.hasInsisted(second)).toBe(false);
    one.insistOn([use]);
    other.insistOn([second]);
    const next = await newPage();
    expect([use, second].map(next.hasInsisted)).toEqual([true, true]);
  });

  it.each([
    ['no JSON', '{'],
    ['no list', '{"a":true}'],
    ['something else in the list', '[1,["x","yes"],null]'],
  ])('is forgotten, and nothing worse, where the storage holds %s', async (_what, text) => {
    storage.setItem('gradloom.insisted', text);
    const page = await newPage();
    expect(page.hasInsisted(use)).toBe(false);
    page.insistOn([use]);
    expect((await newPage()).hasInsisted(use)).toBe(true);
  });

  it('holds for the page where there is no storage', async () => {
    vi.stubGlobal('localStorage', undefined);
    const page = await newPage();
    page.insistOn([use]);
    expect(page.hasInsisted(use)).toBe(true);
  });
});

describe('a verdict', () => {
  it('is remembered in the next page, unless it failed or holds a number that has no JSON', async () => {
    const page = await newPage();
    const wrong = { ...verified, verdict: 'wrong', input: 0, element: [1], expected: 1, got: Number.NaN } as const;
    page.rememberVerdict('one', verified);
    page.rememberVerdict('two', verified);
    page.rememberVerdict('two', { ...wrong, got: 2 });
    page.rememberVerdict('three', wrong);
    const next = await newPage();
    expect(next.rememberedVerdict('one')).toEqual(verified);
    expect(next.rememberedVerdict('two')).toMatchObject({ verdict: 'wrong', got: 2 });
    expect(next.rememberedVerdict('three')).toBeUndefined();
  });
});
