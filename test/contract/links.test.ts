import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../electron/launch/places.ts';

const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** Targets of links and images, code left out. */
function targets(markdown: string): readonly string[] {
  const prose = markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)>\s]+)/g)];
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)];
  return [...inline, ...html].map((match) => match[1] ?? '');
}

/** A heading as GitHub addresses it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Why a relative target of `page` leads nowhere. */
function broken(page: string, target: string): string | undefined {
  const [path = '', fragment] = target.split('#');
  const file = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
  const found = statSync(join(ROOT, file), { throwIfNoEntry: false });
  if (file.startsWith('..') || found === undefined) return `${target}: there is no ${file}`;
  if (found.isFile() && found.size === 0) return `${target}: ${file} is empty`;
  if (fragment === undefined) return undefined;
  const headings = [...read(file).matchAll(/^#+\s+(.+)$/gm)].map((match) => anchor(match[1] ?? ''));
  return headings.includes(fragment) ? undefined : `${target}: ${file} has no such heading`;
}

describe('links and pictures', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const relative = targets(read(page)).filter((target) => !/^[a-z]+:/i.test(target));
    expect(relative.map((target) => broken(page, target)).filter((line) => line !== undefined)).toEqual([]);
  });

  it('are found: the README shows a PNG picture', () => {
    const pictures = [...read('README.md').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures)
      expect(readFileSync(join(ROOT, picture)).subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(broken('README.md', 'docs/gone.md')).toContain('there is no docs/gone.md');
    expect(broken('README.md', 'docs/document-format.md#gone')).toContain('no such heading');
  });
});
