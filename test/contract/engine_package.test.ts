import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginePackage } from '../../engine/pack/engine_package.ts';
import { engineTarball } from '../../engine/pack/engine_tarball.ts';
import { BUILT_TARBALL, ENGINE, ROOT } from '../../engine/pack/places.ts';
import { packWebgpu } from '../../engine/pack/webgpu.ts';
import manifest from '../../engine/package.json' with { type: 'json' };

const run = promisify(execFile);
/** A folder of somebody who has nothing of this repository. */
let home = '';
const at = (...path: string[]) => join(home, ...path);

/** Nothing is asked of a registry, nor found in what was fetched from one before. */
const install = (...tarballs: string[]) =>
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--cache', at('cache'), ...tarballs], {
    cwd: home,
    shell: process.platform === 'win32',
  });

async function contents(tarball: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = await unpackTar(gunzipSync(tarball));
  return new Map(entries.map(({ header, data }) => [header.name, data ?? new Uint8Array()]));
}

/** This Node, and those of other versions that a user's shell would find. */
async function nodes(): Promise<readonly string[]> {
  const byVersion = new Map([[process.version, process.execPath]]);
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'node');
    if (!existsSync(file)) continue;
    const { stdout } = await run(file, ['--version']);
    if (Number(/\d+/.exec(stdout)?.[0]) >= 20) byVersion.set(stdout.trim(), file);
  }
  return [...byVersion.values()];
}

/** What a bundler makes of a program with the engine: how long it is, and the engine's modules in it, by their paths. */
async function bundled(source: string) {
  const entry = at('bundled.js');
  await writeFile(entry, source);
  const bundle = await rolldown({ input: entry, external: [/^node:/, 'webgpu'] });
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  const files = Object.entries(output[0].modules).filter(([, { renderedLength }]) => renderedLength > 0);
  const modules = files.flatMap(([file]) => /engine\/(\w.*)\.js$/.exec(file.replaceAll('\\', '/'))?.[1] ?? []);
  return { size: output[0].code.length, modules };
}

/**
 * The programs of the README, and what each prints: the first begins with the loss that PyTorch has, and one prints what the README
 * shows after it.
 */
const readme = readFileSync(join(ENGINE, 'README.md'), 'utf8');
const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
const shown = /^```\n(tensor[\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';
const LINES_OF_LOSSES = /^(?:\d+ \d+\.\d+\n){5}$/;
const PRINTED = [
  LINES_OF_LOSSES,
  /^CPU · .*\n4\n$/,
  /^inputLinear\.weight \[ 100, 1000 \] \[ 100, 1000 \]\n/,
  new RegExp(`^${shown.replace(/\W/g, '\\$&')}$`),
  /^true\n$/,
  /^$/,
  /^accuracy (?:1|0\.9\d*)\n$/,
  /^$/,
];
const goldens: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(join(ROOT, 'test/parity/goldens/examples.json'), 'utf8'),
);
const firstLoss = goldens['optim-adam']?.[0] ?? Number.NaN;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gradloom-user-'));
  await writeFile(at('package.json'), JSON.stringify({ name: 'somebody', private: true, type: 'module' }));
  await install(BUILT_TARBALL);
});
afterAll(() => rm(home, { recursive: true }));

describe('the packed engine', () => {
  it('holds a module for each source that its API needs, types, and what npm expects; nothing else', async () => {
    const names = [...(await contents(await engineTarball())).keys()].map((name) => name.replace(/^package\//, ''));
    const modules = names.filter((name) => name.endsWith('.js'));
    expect(names.filter((name) => !modules.includes(name)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'index.d.ts',
      'package.json',
    ]);
    for (const name of modules) expect(existsSync(join(ENGINE, name.replace(/js$/, 'ts'))), name).toBe(true);
    expect(modules).toEqual(expect.arrayContaining(['index.js', 'threads/gpu_thread.js', 'threads/pool_thread.js']));
    // What documents need, and the packages that they need, stay at home.
    expect(names.filter((name) => /^(graph|program|session|functions|export|cli|pack)\//.test(name))).toEqual([]);
  });

  it('is the same to the byte whenever it is packed', async () => {
    expect(Buffer.compare(await enginePackage(), await readFile(BUILT_TARBALL))).toBe(0);
  });

  it('says what it is in its package.json', async () => {
    const packed: unknown = JSON.parse(await readFile(at('node_modules/@gradloom/engine/package.json'), 'utf8'));
    expect(packed).toEqual({
      name: '@gradloom/engine',
      version: manifest.version,
      description: manifest.description,
      keywords: manifest.keywords,
      license: 'MIT',
      type: 'module',
      engines: { node: '>=20.16' },
      sideEffects: false,
      exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
      peerDependencies: { webgpu: manifest.optionalDependencies.webgpu },
      peerDependenciesMeta: { webgpu: { optional: true } },
    });
  });

  it('runs each program of its README without a network, in every Node from 20 on', async () => {
    await Promise.all(programs.map((text, i) => writeFile(at(`program${i}.js`), stripTypeScriptTypes(text))));
    for (const node of await nodes()) {
      const printed: string[] = [];
      for (const i of programs.keys()) {
        const { stdout, stderr } = await run(node, [`program${i}.js`], { cwd: home });
        expect(stderr).toBe('');
        printed.push(stdout);
      }
      expect(printed).toEqual(PRINTED.map((pattern) => expect.stringMatching(pattern)));
      expect(Number(printed[0]?.split(/\s/)[1]) / firstLoss).toBeCloseTo(1, 5);
    }
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])(
    'compiles them strictly where modules are resolved as by %s, and its own types too',
    async (moduleResolution, module) => {
      await Promise.all(programs.map((text, i) => writeFile(at(`program${i}.ts`), text)));
      // All that they ask of Node: the engine's types ask for nothing.
      const writing = 'export function writeFile(file: URL, data: Uint8Array): Promise<void>;';
      await writeFile(at('node.d.ts'), `declare module 'node:fs/promises' { ${writing} }`);
      const compilerOptions = {
        module,
        moduleResolution,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        noImplicitOverride: true,
        noUnusedLocals: true,
        skipLibCheck: false,
        noEmit: true,
      };
      await writeFile(at('tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      const told = await run(process.execPath, [compiler, '-p', home]).catch(({ stdout }) => ({ stdout }));
      expect(told.stdout).toBe('');
    },
  );

  it('leaves behind what is not imported, where it is bundled', async () => {
    const all = await bundled(`export * from '@gradloom/engine';`);
    const unneeded = ['data', 'nn', 'nodes', 'optim'];
    const unneededOf = (modules: readonly string[]) =>
      unneeded.filter((room) => modules.some((name) => name.startsWith(`${room}/`)));
    expect(unneededOf(all.modules)).toEqual(unneeded);
    const one = await bundled(`export { tensor } from '@gradloom/engine';`);
    expect(unneededOf(one.modules)).toEqual([]);
    expect(one.size).toBeLessThan(0.6 * all.size);
    // A generator of random numbers, and nothing that computes.
    const seed = await bundled(`export { TorchGenerator } from '@gradloom/engine';`);
    expect(seed.size).toBeLessThan(0.05 * all.size);
  });

  it.each([
    ['new nn.Linear(2, 1)', ['nn/layers', 'nodes/kinds/linear']],
    ['new nn.ReLU()', ['nn/activations', 'nodes/from_operation']],
    ['new nn.MSELoss()', ['nn/losses', 'nodes/kinds/mse_loss', 'nodes/losses']],
    ['new nn.Parameter(ones([1]))', []],
    ['new optim.SGD([], { lr: 1 })', ['optim/sgd']],
    ['data.xor()', ['data/xor']],
  ])('of its namespaces takes along what is used, and what that is made from: %s', async (code, made) => {
    const members =
      /^(nn\/(activations|containers|layers|losses)|nodes\/(index|from_operation|losses|kinds\/.*)|optim\/(ada.*|rmsprop|sgd)|data\/(idx.*|mnist|noisy_line|spiral|two_moons|xor))$/;
    const { modules } = await bundled(
      `import { data, nn, ones, optim } from '@gradloom/engine'; console.log(${code});`,
    );
    expect(modules.filter((name) => members.test(name)).sort()).toEqual(made);
  });
});

describe('WebGPU for Node, packed', () => {
  const installed = join(ROOT, 'node_modules', 'webgpu');

  it.skipIf(!existsSync(installed))(
    'is for this system alone, and needs nothing that would have to be fetched',
    async () => {
      const packed = await packWebgpu(installed);
      if (packed === undefined) return;
      const files = await contents(packed.bytes);
      const drivers = [...files.keys()].filter((name) => name.includes('/dist/'));
      expect(new Set(drivers.map((name) => name.split('/')[2])).size).toBe(1);
      expect([...files.keys()].filter((name) => !drivers.includes(name))).toEqual([
        'package/LICENSE.md',
        'package/README.md',
        'package/index.js',
        'package/package.json',
      ]);
      await writeFile(at(packed.name), packed.bytes);
      await install(BUILT_TARBALL, at(packed.name));
      const program = `import { ones, useDevice } from '@gradloom/engine';
        const device = await useDevice('webgpu').catch((error) => error.message);
        console.log(device, device.startsWith('WebGPU') ? ones([2, 2]).sum().item() : '');`;
      await writeFile(at('gpu.js'), program);
      const { stdout } = await run(process.execPath, ['gpu.js'], { cwd: home });
      // Where nothing computes, it is for want of a GPU.
      expect(stdout).toMatch(/^(?:WebGPU · .* 4|there is no WebGPU here: (?!the optional package).*)\n$/);
    },
  );

  it('is nothing where the package is not installed', async () => {
    expect(await packWebgpu(join(home, 'node_modules', 'webgpu-of-another-name'))).toBeUndefined();
  });
});
