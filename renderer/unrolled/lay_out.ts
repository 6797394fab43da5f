import { askElk } from '../layout/elk.ts';
import { type Layout, layoutInput, plainLayout, readLayout } from './layout.ts';
import type { Uses } from './uses.ts';

/** ELK takes some seconds for these, in its worker; for more, minutes. */
const MOST_FOR_ELK = 150;

/** Says where boxes, frames and wires go. */
export async function layOut(uses: Uses): Promise<Layout> {
  if (uses.uses.length > MOST_FOR_ELK) return plainLayout(uses);
  try {
    return readLayout(uses, await askElk(layoutInput(uses)));
  } catch {
    // A plain picture is better than none.
    return plainLayout(uses);
  }
}
