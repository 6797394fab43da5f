/** Data sets as tensors. Those that are drawn take their numbers from the stream that `manualSeed` seeds. */
export {
  type LineSettings,
  type MoonSettings,
  noisyLine,
  type SpiralSettings,
  spiral,
  twoMoons,
  type XorSettings,
  xor,
} from './drawn.ts';
export { type IdxFiles, idx, type LabelledImages, mnist } from './images.ts';
export { split } from './split_tensors.ts';
