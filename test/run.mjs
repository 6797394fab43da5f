/** `npm test`: plain JavaScript, so that it can say what is missing on whatever Node started it. */
import { runInNode24 } from '../electron/launch/node24.mjs';

await runInNode24('test/runner/run.ts');
