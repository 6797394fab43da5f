import type { Tensor } from '../autograd/tensor.ts';
import { Module } from './module.ts';
import { type StateDict, takeState } from './take_state.ts';

/**
 * Loads a state into several things, each under its name and a dot: `nn.loadStateDict({ w1, head }, await loadWeights(file))` reads
 * `w1`, `head.weight` and `head.bias`. What is strict of `Module.loadStateDict` is so here.
 * @throws Error as that does
 */
export function loadStateDict(parts: Readonly<Record<string, Tensor | Module>>, state: StateDict): void {
  const own = Object.entries(parts).flatMap(([name, part]) =>
    part instanceof Module
      ? [...part.stateDict()].map(([inner, tensor]): [string, Tensor] => [`${name}.${inner}`, tensor])
      : [[name, part] as [string, Tensor]],
  );
  takeState(new Map(own), state, Object.keys(parts).join(', '));
}
