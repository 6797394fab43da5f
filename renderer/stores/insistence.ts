import { type FunctionUse, functionKey } from '../../engine/graph/functions.ts';
import { Remembered } from './remembered.ts';

/** Functions that the user trains although their check failed, each for the shapes that it was asked about. */
const insisted = new Remembered('gradloom.insisted', 200, (value): value is true => value === true);

type Use = Pick<FunctionUse, 'source' | 'signature'>;

export const hasInsisted = ({ source, signature }: Use): boolean =>
  insisted.get(functionKey(source, signature)) === true;

export function insistOn(uses: readonly Use[]): void {
  for (const { source, signature } of uses) insisted.set(functionKey(source, signature), true);
}
