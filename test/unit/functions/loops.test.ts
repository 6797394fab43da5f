import { describe, expect, it } from 'vitest';
import { markLoops } from '../../../engine/functions/loops.ts';
import { traceFunction } from '../../../engine/functions/tracing.ts';
import { floats } from './sources.ts';

/** A clock that goes on by one whenever it is asked: deadlines are counted, not timed. */
function counted() {
  let asked = 0;
  return { milliseconds: 40, now: () => asked++ };
}

const inForward = (body: string) => `function forward(ctx, x) {\n${body}\n}\nfunction backward(ctx, g) { return g; }`;

/** Code that does not end, and where the loop begins that is to blame: line and column. */
const endless: readonly (readonly [string, string, number, number])[] = [
  ['while', inForward('  while (true) {}'), 2, 3],
  ['for', inForward('  for (;;);'), 2, 3],
  ['for with a last expression', inForward('  for (let i = 0; i >= 0; i %= 7) {\n  }'), 2, 3],
  ['do', inForward('  do {\n  }\n  while (true);'), 4, 3],
  ['a loop behind calls', inForward('  const y = x.exp();\n  y.sum();\n\n  while (y) {}'), 5, 3],
  ['the second loop of two', inForward('  for (let i = 0; i < 9; i++);\n  while (true) {}'), 3, 3],
  ['the inner one', inForward('  while (true) {\n    let n = 0;\n    for (;;) n++;\n  }'), 4, 5],
  ['the outer one, where the inner one ends', inForward('  while (true)\n    for (let i = 0; i < 3; i++);'), 2, 3],
  ['a loop in a function', inForward('  const wait = () => {\n    while (1);\n  };\n  wait();'), 3, 5],
  ['a loop behind both functions', `${inForward('  for (;;);')}\n\nfor (;;) {}`, 6, 1],
  ['a loop in backward', 'function forward(ctx, x) { return x; }\nfunction backward(ctx, g) {\n  for (;;);\n}', 3, 3],
  ['a loop beside texts of loops', inForward('  // while (true)\n  const t = "for (;;)"; for (;;);'), 3, 25],
  ['a loop with functions in its head', inForward('  for (const f = () => { return 1; }; f(); ) {}'), 2, 3],
];

describe('a loop that never ends', { timeout: 60_000 }, () => {
  it.each(endless)('is told with its line: %s', async (_what, source, line, column) => {
    const result = await traceFunction(source, floats([2, 3]), counted());
    expect(result).toMatchObject({ ok: false, problem: { code: 'too-slow', line, column } });
  });

  it('is not blamed where functions call each other without end', async () => {
    const source = inForward(
      '  for (let i = 0; i < 9; i++);\n  const f = (n) => {\n    if (n > 0) f(n - 1);\n    if (n > 0) f(n - 1);\n  };\n  f(40);',
    );
    const result = await traceFunction(source, floats([2, 3]), counted());
    expect(result.ok ? undefined : result.problem.line).toBeGreaterThan(3);
  });
});

describe('marks in a source', () => {
  it('are called once in every round, and change nothing else', () => {
    const source =
      'let n = 0;\nwhile (n < 3) n++;\nfor (let i = 0; i < 2; i++) n++;\ndo n++; while (n < 9);\nreturn n;';
    const { source: marked, mark, places } = markLoops(source);
    const rounds = [0, 0, 0];
    const run = new Function(mark, marked);
    expect(run((loop: number) => (rounds[loop] = (rounds[loop] ?? 0) + 1))).toBe(9);
    expect(rounds).toEqual([4, 2, 4]);
    expect(places.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('have a name that the source does not', () => {
    const { source, mark } = markLoops('const mark = 1, mark_ = 2; while (mark);');
    expect(source).toBe(`const mark = 1, mark_ = 2; while (${mark}(0),mark);`);
    expect(['mark', 'mark_']).not.toContain(mark);
  });

  it('are in no text, comment or property', () => {
    const source = '/* while (1) */ x.while(1); "for (;;)"; `while (1)`; for (const a of b);';
    expect(markLoops(source)).toMatchObject({ source, places: [] });
  });
});
