import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

export const ENGINE = join(import.meta.dirname, '..');
export const ROOT = join(ENGINE, '..');

/** The packed engine's name, as `npm pack` makes it of the package's. */
export const ENGINE_TARBALL = `gradloom-engine-${manifest.version}.tgz`;

/** Where the build puts it: beside the page, which hands it on to whoever takes a network away as code. */
export const BUILT_TARBALL = join(ROOT, 'dist', 'renderer', 'engine', ENGINE_TARBALL);
