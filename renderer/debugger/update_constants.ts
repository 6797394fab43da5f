import type { ParameterUpdate } from '../../engine/protocol/messages.ts';

export type Constants = ParameterUpdate['constants'];

/**
 * The numbers in the formula of an update: those that all of its parameters share, and for each parameter its own, as where one
 * was skipped before and counts fewer steps.
 */
export function constantsOf(parameters: readonly ParameterUpdate[]): {
  readonly shared: Constants;
  readonly own: readonly Constants[];
} {
  const updated = parameters.filter(({ constants }) => constants.length > 0);
  const isShared = ([symbol, value]: Constants[number]): boolean =>
    updated.every(({ constants }) => constants.some(([one, other]) => one === symbol && other === value));
  return {
    shared: (updated[0]?.constants ?? []).filter(isShared),
    own: parameters.map(({ constants }) => constants.filter((one) => !isShared(one))),
  };
}
