import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../engine/functions/problems.ts';
import type { FunctionSignature } from '../../engine/functions/trace.ts';
import { traceFunction } from '../../engine/functions/tracing.ts';

const signature: FunctionSignature = { inputs: [{ shape: [4, 3], dtype: 'f32', needsInputGrad: true }] };

const sane = `
function forward(ctx, x) { ctx.saveForBackward(x); return x.clamp(0); }
function backward(ctx, g) { const [x] = ctx.savedTensors; return where(x.lt(0), 0, g); }`;

/** A clock that goes on by one whenever it is asked: deadlines are counted, not timed. */
function limits(polls = 50) {
  let asked = 0;
  return { milliseconds: polls, now: () => asked++, memoryBytes: 16 << 20 };
}

const trace = (source: string) => traceFunction(source, signature, limits());

/** Around the body of forward; what comes after it does not matter. */
const inForward = (body: string) => `
function forward(ctx, x) { ${body} }
function backward(ctx, g) { return g; }`;
const inBackward = (body: string) => `
function forward(ctx, x) { ctx.saveForBackward(x); return x.exp(); }
function backward(ctx, g) { ${body} }`;

/** Code, and what becomes of it: the problem's code, or `traced` where it has done no harm and the trace stands. */
const hostile: readonly (readonly [string, string, ProblemCode | 'traced'])[] = [
  // Reaching out of the sandbox.
  ['a walk to the constructor of functions', inForward(`return x.add.constructor('return 1')();`), 'not-callable'],
  [
    'a walk over a constructor’s constructor',
    inForward(`return [].constructor.constructor('return this')();`),
    'not-callable',
  ],
  [
    'a walk to the constructor of generators',
    inForward(`return (function* () {}).constructor('yield 1')();`),
    'not-callable',
  ],
  ['eval', inForward(`return eval('x');`), 'thrown'],
  ['an indirect eval', inForward(`return (0, globalThis.eval)('1');`), 'thrown'],
  ['new Function', inForward(`return new Function('return 1')();`), 'thrown'],
  ['a dynamic import', inForward(`return import('node:fs');`), 'not-callable'],
  ['a static import', `import fs from 'node:fs';${sane}`, 'syntax'],
  ['an export', `export default 1;${sane}`, 'syntax'],
  ['require', inForward(`return require('fs').readFileSync('/etc/passwd');`), 'thrown'],
  ['process', inForward(`return process.exit(1);`), 'thrown'],
  ['fetch', inForward(`return fetch('https://example.org');`), 'thrown'],
  ['a timer', inForward(`setTimeout(() => {}, 0); return x;`), 'thrown'],
  ['this as the global object', inForward(`return (function () { return this; })().Object;`), 'thrown'],
  ['import.meta', inForward(`return import.meta.url;`), 'syntax'],
  ['shared memory', inForward(`return new SharedArrayBuffer(8);`), 'thrown'],
  ['atomics', inForward(`return Atomics.wait(1, 2, 3);`), 'thrown'],
  ['WebAssembly in WebAssembly', inForward(`return new WebAssembly.Module(0);`), 'thrown'],
  ['the stack of a caller', inForward(`return forward.caller.arguments[0].exp();`), 'thrown'],
  [
    'a hook into stack traces',
    inForward(`Error.prepareStackTrace = (e, s) => s[0].getThis(); return new Error('x').stack.exp();`),
    'not-callable',
  ],
  // What would make a trace differ from run to run.
  ['a clock', inForward(`return x.add(Date.now());`), 'thrown'],
  ['another clock', inForward(`return x.add(performance.now());`), 'thrown'],
  ['randomness', inForward(`return x.add(Math.random());`), 'not-here'],
  ['a promise', inForward(`return Promise.resolve(x);`), 'thrown'],
  ['an async function', `async ${sane.trim()}`, 'async-function'],
  ['an async arrow', inForward(`return (async () => x)();`), 'async-function'],
  ['an async method under a computed name', inForward(`return ({ async ['f']() { return x; } }).f();`), 'not-callable'],
  ['a thenable', inForward(`return { then(f) { f(x); } };`), 'not-a-tensor'],
  [
    'a generator',
    `function* forward(ctx, x) { yield x; } function backward(ctx, g) { return g; }`,
    'generator-function',
  ],
  // Wearing the host out.
  ['an endless loop', inForward(`for (;;);`), 'too-slow'],
  ['an endless loop in backward', inBackward(`while (true);`), 'too-slow'],
  ['an endless loop outside both', `for (;;);`, 'too-slow'],
  ['an endless loop in finally', inForward(`try { for (;;); } finally { for (;;); }`), 'too-slow'],
  ['an endless loop that catches', inForward(`for (;;) try { for (;;); } catch { continue; }`), 'too-slow'],
  [
    'an endless getter in a list',
    inForward(`const a = [x]; Object.keys.call; return { get 0() { for (;;); }, length: 1 };`),
    'not-a-tensor',
  ],
  ['an endless getter of flags', inForward(`return x.matmul(x, { get transposeB() { for (;;); } });`), 'too-slow'],
  ['an endless getter of an error', inForward(`throw { get message() { for (;;); } };`), 'too-slow'],
  [
    'an endless iterator',
    inForward(`return [...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1 }) }) }];`),
    'too-slow',
  ],
  [
    'a built-in loop over a made-up length',
    inForward(`[].indexOf.call({ length: 2 ** 53 - 1 }, 1); return x;`),
    'too-slow',
  ],
  ['a built-in loop over holes', inForward(`new Array(2 ** 32 - 1).forEach(() => {}); return x;`), 'too-slow'],
  ['endless operations', inForward(`for (;;) x = x.add(1);`), 'too-many-operations'],
  ['a long text', inForward(`let s = 'x'; for (;;) s += s;`), 'out-of-memory'],
  ['a long list', inForward(`const a = []; for (;;) a[a.length] = [a.length];`), 'out-of-memory'],
  ['a text repeated', inForward(`return 'x'.repeat(1e9);`), 'not-here'],
  [
    'a regular expression that backtracks',
    inForward(`/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'); return x;`),
    'syntax',
  ],
  ['a big integer', inForward(`let n = 1n << 1000000n; for (;;) n *= n;`), 'big-integer'],
  ['a big integer in hexadecimals', inForward(`const n = 0xFFn; return x;`), 'big-integer'],
  ['a big integer in binary', inForward(`const n = 0B1_1n; return x;`), 'big-integer'],
  ['deep recursion', inForward(`return forward(ctx, x);`), 'too-deep'],
  ['deep brackets', inForward(`return ${'('.repeat(40_000)}x${')'.repeat(40_000)};`), 'too-deep'],
  [
    'deep recursion through the host',
    inForward(`return x.matmul(x, { get transposeB() { return forward(ctx, x); } });`),
    'too-deep',
  ],
  ['a very long source', `${sane}//${'x'.repeat(200_000)}`, 'source-too-long'],
  // Lying about tensors.
  ['a forged handle', inForward(`return { id: 0, shape: [4, 3], dtype: 'f32' };`), 'not-a-tensor'],
  ['a handle’s heir', inForward(`return Object.create ? x : { __proto__: x };`), 'not-a-tensor'],
  ['a method on a forged handle', inForward(`return x.add.call({ id: 0 }, 1);`), 'argument'],
  ['a method on nothing', inForward(`const { add } = x; return add(1);`), 'argument'],
  ['a proxy', inForward(`return new Proxy(x, {});`), 'thrown'],
  ['a new shape for a tensor', inForward(`x.shape = [1]; return x;`), 'thrown'],
  ['a new size in a shape', inForward(`x.shape[0] = 1e9; return x;`), 'thrown'],
  [
    'a method replaced on all tensors',
    inForward(`x.__proto__ = null; ({ __proto__: x }).add = 1; return x;`),
    'thrown',
  ],
  ['huge sizes', inForward(`return full([1e9, 1e9], 1);`), 'too-large'],
  ['sizes that are none', inForward(`return full([1.5, NaN, '3'], 1);`), 'argument'],
  ['negative sizes', inForward(`return zeros([-1, -12]);`), 'shape'],
  [
    'a growing product',
    inForward(`x = x.reshape([12, 1]); for (;;) x = x.matmul(x, { transposeB: true }).reshape([-1, 1]);`),
    'too-large',
  ],
  ['a list that claims a length', inForward(`const a = []; a.length = 4e9; return a;`), 'not-a-tensor'],
  ['the context returned', inForward(`return ctx;`), 'not-a-tensor'],
  ['the context in a circle', inForward(`ctx.self = ctx; ctx.list = [ctx]; return ctx.list;`), 'not-a-tensor'],
  ['a context overwritten', inForward(`ctx.savedTensors = [1]; return x;`), 'thrown'],
  ['a context that saves lies', inForward(`ctx.saveForBackward({ id: 1 }); return x;`), 'not-a-tensor'],
  [
    'a tensor smuggled into backward',
    `let kept; function forward(ctx, x) { kept = x; return x; } function backward(ctx, g) { return kept; }`,
    'not-saved',
  ],
  [
    'a tensor smuggled through ctx',
    `function forward(ctx, x) { ctx.x = x; return x; } function backward(ctx, g) { return g.mul(ctx.x); }`,
    'not-saved',
  ],
  // Reading values.
  ['a comparison', inForward(`if (x > 0) return x; return x.neg();`), 'reads-value'],
  ['arithmetic', inForward(`return x + 1;`), 'reads-value'],
  ['a sign', inForward(`return -x;`), 'reads-value'],
  ['a loose comparison', inForward(`return x == 1 ? x : x;`), 'reads-value'],
  ['a text made of it', inForward('return `\x24{x}`;'), 'reads-value'],
  ['item()', inForward(`return x.item();`), 'reads-value'],
  ['data()', inForward(`return x.data();`), 'reads-value'],
  ['valueOf()', inForward(`return x.valueOf();`), 'reads-value'],
  ['spreading', inForward(`return [...x];`), 'reads-value'],
  ['destructuring', inForward(`const [first] = x; return first;`), 'reads-value'],
  ['as a key', inForward(`return { [x]: 1 };`), 'reads-value'],
  ['an element', inForward(`return x[0];`), 'no-return'],
  // Odd things thrown.
  ['null thrown', inForward(`throw null;`), 'thrown'],
  ['nothing thrown', inForward(`throw undefined;`), 'thrown'],
  ['a symbol thrown', inForward(`throw Symbol.iterator;`), 'thrown'],
  ['a tensor thrown', inForward(`throw x;`), 'thrown'],
  [
    'an object with a hostile text thrown',
    inForward(`throw { toString() { for (;;); }, message: { toString() { for (;;); } } };`),
    'thrown',
  ],
  [
    'an error with a forged place',
    inForward(`const e = new Error('x'); e.stack = 'function.js:99999999999999999999:1'; throw e;`),
    'thrown',
  ],
  [
    'an error that poses as the engine’s',
    inForward(`const e = new Error('out of memory'); e.name = 'InternalError'; throw e;`),
    'out-of-memory',
  ],
  // Meddling with what the language gives.
  [
    'a polluted Object.prototype',
    inForward(`Object.prototype.transposeB = true; Object.prototype.get = () => x; return x.exp();`),
    'traced',
  ],
  [
    'a polluted Array.prototype',
    inForward(
      `Array.prototype.map = () => [1]; Array.prototype[0] = 5; Array.prototype.push = null; return [x.exp()];`,
    ),
    'traced',
  ],
  [
    'a broken iterator of lists',
    inForward(`Array.prototype[Symbol.iterator] = function* () { yield 1; }; return [x.exp()];`),
    'traced',
  ],
  ['the prototype of functions', inForward(`return (() => {}).__proto__.call;`), 'thrown'],
  ['a global function replaced', inForward(`exp = () => 1; return x.exp();`), 'thrown'],
  ['global objects replaced', inForward(`Object = Array = Math = undefined; return x.exp();`), 'traced'],
  [
    'a list that is frozen and circular',
    inForward(`const a = [x]; a[1] = a; return Object.freeze(a);`),
    'not-a-tensor',
  ],
  ['an interruption caught', inForward(`try { x.item(); } catch { return x.exp(); }`), 'traced'],
];

describe('hostile functions', () => {
  for (const [name, source, outcome] of hostile)
    it(`${name}: ${outcome}`, async () => {
      const before = Object.getOwnPropertyNames(globalThis).length;
      const result = await trace(source);
      expect(result.ok ? 'traced' : result.problem.code, result.ok ? '' : result.problem.message).toBe(outcome);
      if (result.ok) expect(result.trace.forward.map(({ op }) => op)).toEqual(['exp']);
      // Nothing of it is left, here or in the next sandbox.
      expect(Object.getOwnPropertyNames(globalThis)).toHaveLength(before);
      expect({}).not.toHaveProperty('transposeB');
      expect(await trace(sane)).toMatchObject({ ok: true });
    });

  it('holds when several are traced at once', async () => {
    const sources = [inForward('return forward(ctx, x);'), sane, inForward('for (;;);'), sane];
    const results = await Promise.all(sources.map(trace));
    expect(results.map((result) => result.ok || result.problem.code)).toEqual(['too-deep', true, 'too-slow', true]);
  });

  it('leaves nothing of one trace to the next, also where it succeeds', async () => {
    const leaking = (value: string) =>
      `Object.prototype.left = Object.prototype.left === undefined ? ${value} : 'leaked';
       function forward(ctx, x) { return x.add(({}).left); } function backward(ctx, g) { return g; }`;
    for (const value of ['1', '2', '3']) {
      const result = await trace(leaking(value));
      expect(result.ok && result.trace.forward[0]?.attrs.value).toBe(Number(value));
    }
  });

  it('offers no built-in function but those that are let through', async () => {
    const walk = `
      const seen = [], found = [];
      function visit(value, path) {
        if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.includes(value)) return;
        seen.push(value);
        if (typeof value === 'function') found.push(path);
        for (const key of Object.keys(value)) visit(value[key], path + '.' + key);
      }
      function forward(ctx, x) {
        const roots = { Object, Array, Number, Boolean, Math, Symbol, Error, TypeError, RangeError, isFinite, isNaN };
        for (const name of Object.keys(roots)) visit(roots[name], name);
        throw new Error(found.reduce((text, name) => text + ' ' + name, ''));
      }
      function backward(ctx, g) { return g; }`;
    const result = await trace(walk);
    expect(result.ok ? '' : result.problem.message).toBe(
      'Error:  Object Array Number Boolean Symbol Error TypeError RangeError isFinite isNaN',
    );
    for (const gone of [
      'globalThis',
      'Reflect',
      'Function',
      'String',
      'BigInt',
      'JSON',
      'Map',
      'Proxy',
      'RegExp',
      'Iterator',
      'escape',
      'parseInt',
    ])
      expect(await trace(inForward(`return ${gone};`))).toMatchObject({
        ok: false,
        problem: { code: 'thrown', message: `ReferenceError: '${gone}' is not defined` },
      });
  });
});
