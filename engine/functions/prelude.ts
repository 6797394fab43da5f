/**
 * Runs in the sandbox before the user's source. It takes out of the language what a function on tensors has no use for, above all
 * built-in functions that may loop in native code, where no deadline interrupts them: the methods of arrays become plain
 * loops, those of strings go. Then it returns, to the host only, the few functions that the host asks the sandbox with; they stand
 * on what was captured here, so nothing that the user's code changes later reaches them.
 */
export const PRELUDE = `(() => {
'use strict';
const { freeze, setPrototypeOf, getPrototypeOf, defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys, deleteProperty, apply } = Reflect;
const { isArray } = Array;
const textOf = Function.prototype.toString;
const lineOf = getOwnPropertyDescriptor(Function.prototype, 'lineNumber').get;

/* A plain loop over keys: methods of arrays are about to go. */
const keep = (object, ...names) => {
  const keys = ownKeys(object);
  for (let i = 0; i < keys.length; i++) {
    let kept = false;
    for (let j = 0; j < names.length; j++) if (names[j] === keys[i]) kept = true;
    if (!kept) deleteProperty(object, keys[i]);
  }
};
const iterator = Symbol.iterator;
const generator = getPrototypeOf(function* () {});
const iterators = getPrototypeOf(getPrototypeOf([][iterator]()));

const own = {
  at(i) { return this[i < 0 ? this.length + i : i]; },
  concat(...more) {
    const out = [];
    for (let i = 0; i < this.length; i++) out[i] = this[i];
    for (let j = 0; j < more.length; j++)
      if (isArray(more[j])) for (let i = 0, n = more[j].length; i < n; i++) out[out.length] = more[j][i];
      else out[out.length] = more[j];
    return out;
  },
  every(f) { for (let i = 0; i < this.length; i++) if (!f(this[i], i, this)) return false; return true; },
  filter(f) { const out = []; for (let i = 0; i < this.length; i++) if (f(this[i], i, this)) out[out.length] = this[i]; return out; },
  find(f) { for (let i = 0; i < this.length; i++) if (f(this[i], i, this)) return this[i]; },
  forEach(f) { for (let i = 0; i < this.length; i++) f(this[i], i, this); },
  includes(x) { for (let i = 0; i < this.length; i++) if (this[i] === x) return true; return false; },
  indexOf(x) { for (let i = 0; i < this.length; i++) if (this[i] === x) return i; return -1; },
  map(f) { const out = []; for (let i = 0; i < this.length; i++) out[i] = f(this[i], i, this); return out; },
  push(...more) { for (let i = 0; i < more.length; i++) this[this.length] = more[i]; return this.length; },
  reduce(f, ...start) {
    let i = start.length > 0 ? 0 : 1;
    let out = start.length > 0 ? start[0] : this[0];
    for (; i < this.length; i++) out = f(out, this[i], i, this);
    return out;
  },
  reverse() {
    for (let i = 0, j = this.length - 1; i < j; i++, j--) { const x = this[i]; this[i] = this[j]; this[j] = x; }
    return this;
  },
  slice(from = 0, to = this.length) {
    const n = this.length;
    const out = [];
    for (let i = from < 0 ? (n + from < 0 ? 0 : n + from) : from, end = to < 0 ? n + to : to; i < end && i < n; i++) out[out.length] = this[i];
    return out;
  },
  some(f) { for (let i = 0; i < this.length; i++) if (f(this[i], i, this)) return true; return false; },
};
const names = ownKeys(own);

const text = ''.constructor;
keep(Object, 'prototype', 'keys', 'values', 'entries', 'freeze');
keep(Object.prototype, 'constructor', 'hasOwnProperty', 'toString', 'valueOf');
keep(Array, 'prototype', 'isArray');
keep(Array.prototype, 'constructor', 'length', iterator);
keep(iterators, iterator);
keep(Function.prototype, 'call', 'apply', 'length', 'name');
keep(generator, 'prototype');
keep(text, 'prototype');
/* Templates are made by concat. */
keep(text.prototype, 'constructor', 'length', 'toString', 'valueOf', 'concat');
keep(Number, 'prototype', 'isFinite', 'isInteger', 'isNaN', 'EPSILON', 'MAX_VALUE', 'MIN_VALUE', 'MAX_SAFE_INTEGER');
keep(Number.prototype, 'constructor', 'toString', 'valueOf');
keep(Symbol, 'prototype', 'iterator');
keep(Symbol.prototype, 'constructor', 'toString', 'valueOf');
keep(BigInt);
keep(BigInt.prototype);
keep(Error, 'prototype');
deleteProperty(Math, 'random');
deleteProperty(Math, 'sumPrecise');
for (let i = 0; i < names.length; i++)
  defineProperty(Array.prototype, names[i], { value: own[names[i]], writable: true, configurable: true });
keep(globalThis, 'Object', 'Array', 'Number', 'Boolean', 'Math', 'Symbol', 'Error', 'TypeError', 'RangeError', 'isFinite', 'isNaN');

return {
  freeze,
  adopt: setPrototypeOf,
  list: (...items) => items,
  frozen: (...items) => freeze(items),
  /* Its length, or -1 where the value is no array. */
  count: (value) => (isArray(value) ? value.length : -1),
  property: (value, key) => value[key],
  textOf: (f) => apply(textOf, f, []),
  lineOf: (f) => apply(lineOf, f, []),
};
})()`;

/** The name of the prelude in stacks. */
export const PRELUDE_FILE = 'prelude.js';

/** What arrays have in the sandbox, besides a length and an iterator: the keys of `own`. */
export const ARRAY_METHODS = [
  'at',
  'concat',
  'every',
  'filter',
  'find',
  'forEach',
  'includes',
  'indexOf',
  'map',
  'push',
  'reduce',
  'reverse',
  'slice',
  'some',
] as const;
