import { buildAll } from './bundles.ts';

await buildAll();
