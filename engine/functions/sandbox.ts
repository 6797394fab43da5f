import {
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
  Scope,
} from 'quickjs-emscripten-core';
import { type Argument, ForeignValue, TracedValue } from './arguments.ts';
import { PRELUDE, PRELUDE_FILE } from './prelude.ts';
import { ProblemError } from './problems.ts';

/** What code in the sandbox may use. */
export interface SandboxLimits {
  readonly memoryBytes: number;
  readonly stackBytes: number;
  /** Time for one trace, on the clock `now`, which is asked about every 10,000 jumps and calls of the interpreter. */
  readonly milliseconds: number;
  readonly now: () => number;
}

/** A function of the host as the sandbox calls it: `self` is `this`. What it throws is thrown there. */
export type HostFunction = (self: Argument, given: readonly Argument[]) => Argument;

/** A function of the user's. */
export interface SandboxFunction {
  readonly handle: QuickJSHandle;
  /** Its source. */
  readonly text: string;
  readonly line: number;
}

/** Something that the code in the sandbox threw, in words. */
export class SandboxError extends Error {
  /** `TypeError`, or empty where no error was thrown but some other value. */
  readonly kind: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  constructor(kind: string, message: string, stack: string) {
    super(message);
    // The host may throw it back into the sandbox.
    this.name = kind === '' ? 'Error' : kind;
    const [, line, column] = /function\.js:(\d{1,9}):(\d{1,9})/.exec(stack) ?? [];
    this.kind = kind;
    this.line = line === undefined ? undefined : Number(line);
    this.column = column === undefined ? undefined : Number(column);
  }
}

/** What the user's source is called in stacks. */
const SOURCE_FILE = 'function.js';
/** Lists longer than any list of sizes are not copied out. */
const MAX_LIST = 64;
/** Longer words of the user's errors are cut off. */
const MAX_WORDS = 300;
/** What a look at a thrown value may cost after the limits were reached. */
const GRACE_BYTES = 1 << 20;
const GRACE_POLLS = 10;

/**
 * One context of QuickJS with one source in it: made, used for one trace, and disposed. Only plain values and `TracedValue`s
 * cross, the latter as objects without properties that no code in the sandbox can make. It has no clock, no randomness, no
 * promises, no `eval`, no modules and none of the host's globals.
 *
 * What remains of the built-in functions is bounded by the memory, but the deadline is asked once in thousands of them only: code
 * that sets out to, copying megabytes each time, goes on for minutes. `supervisedTracer` ends the thread in which it does.
 */
export class Sandbox {
  private readonly scope = new Scope();
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly asking: QuickJSHandle;
  private readonly prototype: QuickJSHandle;
  private readonly limits: SandboxLimits;
  private readonly tensors = new Map<TracedValue, QuickJSHandle>();
  private readonly symbols: Readonly<Record<'toPrimitive' | 'iterator', QuickJSHandle>>;
  private grace = 0;
  private late = false;
  private trap: unknown;

  constructor(module: QuickJSWASMModule, limits: SandboxLimits) {
    this.limits = limits;
    this.runtime = this.scope.manage(
      module.newRuntime({ memoryLimitBytes: limits.memoryBytes, maxStackSizeBytes: limits.stackBytes }),
    );
    this.context = this.scope.manage(this.runtime.newContext({ intrinsics: { BaseObjects: true, Eval: true } }));
    this.symbols = {
      toPrimitive: this.scope.manage(this.context.getWellKnownSymbol('toPrimitive')),
      iterator: this.scope.manage(this.context.getWellKnownSymbol('iterator')),
    };
    this.asking = this.scope.manage(
      this.context.unwrapResult(this.context.evalCode(PRELUDE, PRELUDE_FILE, { type: 'global' })),
    );
    this.prototype = this.scope.manage(this.context.newObject());
    const end = limits.now() + limits.milliseconds;
    this.runtime.setInterruptHandler(() => {
      this.late ||= limits.now() >= end;
      return this.late && this.grace-- <= 0;
    });
  }

  /** Whether the deadline passed. */
  get expired(): boolean {
    return this.late;
  }

  /** What failed in the host or in WebAssembly itself, if anything did: then nothing that came out can be trusted. */
  get failure(): unknown {
    return this.trap;
  }

  /** Defines a global function. */
  global(name: string, run: HostFunction): void {
    this.define(this.context.global, name, run);
  }
  /** Defines a method of tensors. */
  method(name: string | { readonly symbol: 'toPrimitive' | 'iterator' }, run: HostFunction): void {
    this.define(this.prototype, typeof name === 'string' ? name : this.symbols[name.symbol], run);
  }
  /** Defines a property of tensors. */
  property(name: string, read: HostFunction): void {
    this.context.defineProp(this.prototype, name, { get: this.getter(read) });
  }
  /** An object with methods and computed properties; the code may add its own. */
  object(methods: Readonly<Record<string, HostFunction>>, properties: Readonly<Record<string, HostFunction>>) {
    const object = this.scope.manage(this.context.newObject());
    for (const [name, run] of Object.entries(methods)) this.define(object, name, run);
    for (const [name, read] of Object.entries(properties))
      this.context.defineProp(object, name, { get: this.getter(read) });
    return object;
  }

  /** Runs the user's source. @throws SandboxError */
  evaluate(source: string): void {
    this.ask('freeze', this.prototype).dispose();
    this.value(this.context.evalCode(source, SOURCE_FILE, { type: 'global', strict: true })).dispose();
  }
  /** The function that the source defines under a name. @throws SandboxError */
  function(name: 'forward' | 'backward'): SandboxFunction | undefined {
    const code = `typeof ${name} === 'function' ? ${name} : undefined`;
    const handle = this.scope.manage(this.value(this.context.evalCode(code, PRELUDE_FILE, { type: 'global' })));
    if (this.context.typeof(handle) !== 'function') return undefined;
    return {
      handle,
      text: this.ask('textOf', handle).consume((text) => this.words(text)),
      line: this.ask('lineOf', handle).consume((line) => this.context.getNumber(line)),
    };
  }
  /** @throws SandboxError */
  call({ handle }: SandboxFunction, ctx: QuickJSHandle, given: readonly Argument[]): Argument {
    const handles = given.map((x) => this.toHandle(x));
    const result = this.context.callFunction(handle, this.context.undefined, ctx, ...handles);
    for (const x of handles) x.dispose();
    return this.value(result).consume((x) => this.toArgument(x));
  }
  /** Frees all of it. */
  dispose(): void {
    for (const handle of this.tensors.values()) handle.dispose();
    this.scope.dispose();
  }

  private define(target: QuickJSHandle, key: string | QuickJSHandle, run: HostFunction): void {
    this.context
      .newFunction(typeof key === 'string' ? key : '', this.hosted(run))
      .consume((value) => this.context.defineProp(target, key, { value, configurable: true }));
  }
  private getter(read: HostFunction): (this: QuickJSHandle) => QuickJSHandle {
    return this.hosted(read);
  }
  private hosted(run: HostFunction) {
    const sandbox = this;
    return function (this: QuickJSHandle, ...given: QuickJSHandle[]): QuickJSHandle {
      try {
        return sandbox.toHandle(
          run(
            sandbox.toArgument(this),
            given.map((x) => sandbox.toArgument(x)),
          ),
        );
      } catch (error) {
        // The code may catch it, and go on in an interpreter whose frames were torn down.
        if (!(error instanceof ProblemError || error instanceof SandboxError)) sandbox.trap ??= error;
        throw error;
      }
    };
  }

  /** A handle of its own, to be disposed. */
  private toHandle(x: Argument): QuickJSHandle {
    if (typeof x === 'number') return this.context.newNumber(x);
    if (typeof x === 'boolean') return (x ? this.context.true : this.context.false).dup();
    if (x === null) return this.context.null.dup();
    if (x instanceof TracedValue) return this.tensor(x).dup();
    if (x === undefined || x instanceof ForeignValue) return this.context.undefined.dup();
    if (typeof x === 'string') return this.context.newString(x);
    const items = x.map((item) => this.toHandle(item));
    const list = this.ask('frozen', ...items);
    for (const item of items) item.dispose();
    return list;
  }
  /** One object per tensor, so that `x === x`. */
  private tensor(x: TracedValue): QuickJSHandle {
    const known = this.tensors.get(x);
    if (known !== undefined) return known;
    const { handle } = this.context.newHostRef(x);
    this.tensors.set(x, handle);
    this.ask('adopt', handle, this.prototype).dispose();
    return handle;
  }

  private toArgument(handle: QuickJSHandle, nested = false): Argument {
    const type = this.context.typeof(handle);
    if (type === 'number') return this.context.getNumber(handle);
    if (type === 'boolean') return this.context.eq(handle, this.context.true);
    if (type === 'undefined') return undefined;
    if (type !== 'object') return new ForeignValue(`a ${type}`);
    if (this.context.eq(handle, this.context.null)) return null;
    const reference = this.context.toHostRef(handle);
    const value = reference?.value;
    reference?.dispose();
    if (value instanceof TracedValue) return value;
    const count = this.ask('count', handle).consume((n) => this.context.getNumber(n));
    if (count < 0) return new ForeignValue('an object', (name) => this.propertyOf(handle, name));
    if (nested || count > MAX_LIST) return new ForeignValue(`an array of ${count}`);
    return Array.from({ length: count }, (_, i) => this.propertyOf(handle, i));
  }
  private propertyOf(handle: QuickJSHandle, key: string | number): Argument {
    const name = typeof key === 'number' ? this.context.newNumber(key) : this.context.newString(key);
    return name.consume(() => this.ask('property', handle, name).consume((x) => this.toArgument(x, true)));
  }

  /** Calls one of the prelude's functions. @throws SandboxError what a getter of the user's threw */
  private ask(name: string, ...given: readonly QuickJSHandle[]): QuickJSHandle {
    return this.value(this.attempt(name, ...given));
  }
  private attempt(name: string, ...given: readonly QuickJSHandle[]) {
    return this.context
      .getProp(this.asking, name)
      .consume((f) => this.context.callFunction(f, this.context.undefined, ...given));
  }
  private value(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (result.error === undefined) return result.value;
    throw result.error.consume((thrown) => this.described(thrown));
  }

  /** What was thrown, with a little memory and time beyond the limits, since these may be why it was. */
  private described(thrown: QuickJSHandle): SandboxError {
    this.runtime.setMemoryLimit(this.limits.memoryBytes + GRACE_BYTES);
    this.grace = GRACE_POLLS;
    const type = this.context.typeof(thrown);
    const text = type === 'string' ? this.words(thrown) : this.context.eq(thrown, this.context.null) ? 'null' : type;
    const error =
      text === 'object'
        ? new SandboxError(this.wordsAt(thrown, 'name'), this.wordsAt(thrown, 'message'), this.wordsAt(thrown, 'stack'))
        : new SandboxError('', text, '');
    this.grace = 0;
    this.runtime.setMemoryLimit(this.limits.memoryBytes);
    return error;
  }
  /** A property as text, if it is text; its getter, if it has one, may fail. */
  private wordsAt(object: QuickJSHandle, key: string): string {
    return this.context.newString(key).consume((name) => {
      const result = this.attempt('property', object, name);
      const handle = result.error ?? result.value;
      return handle.consume((x) => (result.error === undefined ? this.words(x) : ''));
    });
  }
  private words(handle: QuickJSHandle): string {
    return this.context.typeof(handle) === 'string' ? this.context.getString(handle).slice(0, MAX_WORDS) : '';
  }
}
