import { expect } from 'vitest';
import { difference } from './difference.ts';

/** Every element is PyTorch's, as near as `difference` says. */
export function expectClose(...compared: Parameters<typeof difference>): void {
  const found = difference(...compared);
  if (found !== undefined) expect.fail(found);
}
