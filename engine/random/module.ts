/** Python's module `random`, as far as networks use it: one stream, equal to Python's to the bit. */
import { pythonRandom } from './default.ts';
import type { PythonState } from './python.ts';

/** Begins the stream anew; 0 until then. Python: `random.seed`. @throws RangeError unless whole */
export const seed = (value: number | bigint): void => pythonRandom.seed(value);

/** A whole number from `a` to `b`, both ends included. Python: `random.randint`. @throws RangeError */
export const randint = (a: number, b: number): number => pythonRandom.randint(a, b);

/** Uniform in [0, 1) with 53 bits. Python: `random.random`. */
export const random = (): number => pythonRandom.random();

/** Where the stream stands. Python: `random.getstate`. */
export const getState = (): PythonState => pythonRandom.state();

/** Goes on where `getState` was called: an evaluation can leave no trace. Python: `random.setstate`. @throws RangeError */
export const setState = (state: PythonState): void => pythonRandom.restore(state);
