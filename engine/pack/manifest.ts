import manifest from '../package.json' with { type: 'json' };

/** The package.json of the packed engine: all that it needs is inside, and WebGPU in Node comes with an optional package. */
export function packedManifest(): string {
  const { name, version, description, keywords, license, type, optionalDependencies } = manifest;
  const packed = {
    name,
    version,
    description,
    keywords,
    license,
    type,
    engines: { node: '>=20.16' },
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    peerDependencies: optionalDependencies,
    peerDependenciesMeta: Object.fromEntries(Object.keys(optionalDependencies).map((key) => [key, { optional: true }])),
  };
  return `${JSON.stringify(packed, null, 2)}\n`;
}
