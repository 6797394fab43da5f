import { runInNode24 } from './node24.mjs';

await runInNode24('electron/launch/launch.ts');
