import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';

/** What npm itself writes for the time of every file, so that the same files make the same bytes. */
const ALWAYS = new Date('1985-10-26T08:15:00Z');
/** Where gzip's header names the system that it ran on, and what stands there when it does not tell. */
const SYSTEM = 9;
const UNTOLD = 255;

/** Files of a package, by their paths in it. */
export type PackageFiles = ReadonlyMap<string, string | Uint8Array>;

/** What `npm pack` would make of these files: always the same bytes, on every system. */
export async function npmTarball(files: PackageFiles): Promise<Uint8Array> {
  const sorted = [...files].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const entries = sorted.map(([path, content]) => {
    const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return { header: { name: `package/${path}`, size: body.length, mode: 0o644, mtime: ALWAYS }, body };
  });
  const packed = gzipSync(await packTar(entries), { level: 9 });
  packed[SYSTEM] = UNTOLD;
  return packed;
}
