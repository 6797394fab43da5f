import { type CodeFile, codeFile, type ExportOptions, type PackageName, WEIGHTS } from '../exported.ts';
import { lines } from '../line.ts';
import type { Script } from '../script.ts';

/** Where packages lie in a project, so that nothing has to be fetched. */
const VENDOR: Readonly<Record<PackageName, string>> = {
  engine: 'vendor/gradloom-engine.tgz',
  webgpu: 'vendor/webgpu.tgz',
};

/** What an exported project is compiled with: always the compiler that it was tried with, whatever npm's newest is. */
const COMPILER = 'typescript@7.0.2';

/** The packages of a project, by their paths in it. */
export const packagesOf = ({ withWebgpu = false }: ExportOptions): ReadonlyMap<string, PackageName> =>
  new Map([[VENDOR.engine, 'engine'], ...(withWebgpu ? [[VENDOR.webgpu, 'webgpu'] as const] : [])]);

/** What a project has beside its code, which lies at these paths. */
export function projectFiles(
  { name, notes }: Script,
  packages: ReadonlyMap<string, PackageName>,
  paths: ReadonlySet<string>,
): ReadonlyMap<string, CodeFile> {
  const hasWebgpu = packages.has(VENDOR.webgpu);
  const files: Readonly<Record<string, string>> = {
    'package.json': json({
      name: packageName(name),
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { start: 'node src/train.js', build: `npx --yes --package ${COMPILER} tsc` },
      dependencies: { '@gradloom/engine': `file:${VENDOR.engine}` },
      // On another system than this one was packed for npm leaves it out.
      ...(hasWebgpu ? { optionalDependencies: { webgpu: `file:${VENDOR.webgpu}` } } : {}),
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2024',
        lib: ['ES2024', 'DOM'],
        module: 'NodeNext',
        strict: true,
        noUncheckedIndexedAccess: true,
        noImplicitOverride: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
        types: [],
      },
      // And what it imports: what was in the folder before it may not even compile.
      files: ['src/train.ts'],
    }),
    'README.md': readme(name, notes, hasWebgpu, paths),
  };
  return new Map(Object.entries(files).map(([path, text]) => [path, codeFile(lines(text.trimEnd().split('\n')))]));
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** npm takes small letters, digits and hyphens. */
function packageName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'network' : plain.slice(0, 100);
}

/** What files of a project are, where it has them. */
const CONTENTS: readonly (readonly [path: string, what: string])[] = [
  ['src/model.ts', 'the network, its own modules and functions'],
  ['src/data.ts', 'what it learns from'],
  ['src/train.ts', 'trains: each step prints its number and its loss'],
  [WEIGHTS, 'the trained weights that it starts from'],
];

const readme = (name: string, notes: readonly string[], hasWebgpu: boolean, paths: ReadonlySet<string>): string =>
  [
    `# ${name.replace(/\s+/g, ' ').trim() || 'A network'}`,
    '',
    ...notes.flatMap((note) => [note, '']),
    'Trains with the engine that lies in `vendor`, so nothing has to be fetched:',
    '',
    '```sh',
    'npm install',
    'npm start                      # on the CPU',
    'npm start -- --device webgpu   # on a GPU',
    '```',
    ...(hasWebgpu
      ? []
      : ['', 'Node.js finds a GPU through the package `webgpu`: `npm install webgpu` fetches it once.']),
    '',
    ...CONTENTS.flatMap(([path, what]) => (paths.has(path) ? [`- \`${path}\`: ${what}`] : [])),
    '',
    'The JavaScript beside each file is what `npm run build` makes of it. This fetches the TypeScript compiler, the package',
    `\`${COMPILER}\`, once; \`tsconfig.json\` names the file that it begins with. Node.js 22.18 and later also run the TypeScript as it`,
    'stands: `node src/train.ts`.',
    '',
  ].join('\n');
