import { fromArray } from '../autograd/create.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { defaultGenerator } from '../random/default.ts';
import type { DrawnDataset, Rows } from './dataset.ts';
import { noisyLine as noisyLineSet } from './noisy_line.ts';
import { spiral as spiralSet } from './spiral.ts';
import { twoMoons as twoMoonsSet } from './two_moons.ts';
import { xor as xorSet } from './xor.ts';

export const tensorOf = ({ values, shape, dtype }: Rows): Tensor => fromArray(values, shape, { dtype });

/** Draws a set; its outputs by their names. @throws DataError */
function drawn(record: DrawnDataset, settings: object): (name: string) => Tensor {
  const { outputs } = record.draw({ ...settings }, defaultGenerator());
  return (name) => {
    const output = outputs.find((one) => one.name === name);
    if (output === undefined) throw new Error(`the data set ${record.name} has no output ${name}`);
    return tensorOf(output.train);
  };
}

export interface XorSettings {
  /** How often the four cases appear; 1. */
  readonly repeats?: number;
  /** Standard deviation of what is added to the inputs; 0. */
  readonly noise?: number;
}
/** Exclusive or: x (4·repeats, 2), y (4·repeats, 1) of 0 and 1. @throws DataError for a setting out of range */
export function xor(settings: XorSettings = {}): { readonly x: Tensor; readonly y: Tensor } {
  const output = drawn(xorSet, settings);
  return { x: output('x'), y: output('y') };
}

export interface SpiralSettings {
  /** Points of each arm; 100. */
  readonly samplesPerClass?: number;
  /** Arms; 3. */
  readonly classes?: number;
  /** Standard deviation of the angle in radians; 0.2. */
  readonly noise?: number;
}
/** Points on intertwined arms: x (rows, 2), labels (rows), i32, of the arm. @throws DataError for a setting out of range */
export function spiral(settings: SpiralSettings = {}): { readonly x: Tensor; readonly labels: Tensor } {
  const output = drawn(spiralSet, settings);
  return { x: output('x'), labels: output('labels') };
}

export interface MoonSettings {
  /** Points of both; 200. */
  readonly samples?: number;
  /** Standard deviation of what is added to the points; 0.1. */
  readonly noise?: number;
}
/** Two interleaving half circles: x (samples, 2), labels (samples), i32, of 0 and 1. @throws DataError for a setting out of range */
export function twoMoons(settings: MoonSettings = {}): { readonly x: Tensor; readonly labels: Tensor } {
  const output = drawn(twoMoonsSet, settings);
  return { x: output('x'), labels: output('labels') };
}

export interface LineSettings {
  /** Points; 100. */
  readonly samples?: number;
  /** 2 */
  readonly slope?: number;
  /** 1 */
  readonly intercept?: number;
  /** Standard deviation of what is added to y; 0.1. */
  readonly noise?: number;
}
/** Points around a line: x (samples, 1) in [−1, 1), y (samples, 1). @throws DataError for a setting out of range */
export function noisyLine(settings: LineSettings = {}): { readonly x: Tensor; readonly y: Tensor } {
  const output = drawn(noisyLineSet, settings);
  return { x: output('x'), y: output('y') };
}
