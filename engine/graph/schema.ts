/** The document's schema: what parse accepts, and the JSON Schema published as `docs/document.schema.json`. */
import { z } from 'zod';
import { FORMAT, MODES, VERSION } from './document.ts';

// The page's content security policy forbids the code that zod would generate.
z.config({ jitless: true });

/** What no key may be called: programs that read JSON lose it, or worse. */
export const FORBIDDEN = '__proto__';

const id = z
  .string()
  .regex(
    /^(?!__proto__$)[A-Za-z_][\w-]*$/,
    'ids are letters, digits, _ and -, start with a letter, and are not __proto__',
  );
const port = z.string().regex(/^[A-Za-z_][\w-]*\.[A-Za-z_]\w*$/, 'a port is written node.port');

/** A document that is passed on finds its files beside it, and names none of its reader's. */
const path = z.string().regex(/^(?![/\\]|[A-Za-z]:)/, 'a path is relative to the document');

/** What editors must keep to: a document beyond these limits is refused when it is read. */
export const LIMITS = { name: 200, count: 1_000_000_000, coordinate: 1e6, seed: Number.MAX_SAFE_INTEGER } as const;

const count = z.int().min(1).max(LIMITS.count);
const coordinate = z.number().min(-LIMITS.coordinate).max(LIMITS.coordinate);

const nodeSchema = z.strictObject({
  id: id.describe('Unique in the document; holds no dot.'),
  kind: z.string().min(1).describe('An entry of the catalogue: Linear, MSELoss, SGD.'),
  settings: z.record(z.string(), z.unknown()).default({}),
  parent: id.exactOptional().describe('The block that holds it.'),
  tiedTo: id.exactOptional().describe('Of an instance: the instance whose weights it shares.'),
});

const wireSchema = z.strictObject({ from: port, to: port });

/** What modules, their ports and their params may be called. */
export const NAME = /^(?!__proto__$)[A-Za-z_]\w*$/;
const name = z.string().regex(NAME, 'names are letters, digits and _, start with a letter, and are not __proto__');
const modulePortSchema = z.strictObject({ name, type: z.enum(['tensor', 'labels', 'mask', 'loss']).exactOptional() });
const moduleSchema = z.strictObject({
  params: z
    .record(
      name,
      z.union(
        [
          z.strictObject({
            type: z.enum(['int', 'float']),
            default: z.number(),
            min: z.number().exactOptional(),
            max: z.number().exactOptional(),
          }),
          z.strictObject({ type: z.literal('bool'), default: z.boolean() }),
        ],
        'expected a type, "int", "float" or "bool", and a default',
      ),
    )
    .describe('Settings of its instances; `{ "param": NAME }` stands for one in the body.'),
  ports: z.strictObject({ inputs: z.array(modulePortSchema), outputs: z.array(modulePortSchema) }),
  nodes: z.array(nodeSchema),
  wires: z.array(wireSchema).describe('`inputs.x` and `outputs.y` are the inner sides of its ports.'),
});

const runSchema = z.strictObject({
  mode: z
    .enum(MODES)
    .describe('Captured once and replayed (auto, static), or run afresh in every iteration (dynamic).'),
  seed: z.int().min(0).max(LIMITS.seed),
  steps: count.exactOptional().describe('Iterations to train.'),
  epochs: count.exactOptional().describe('Passes over the data to train.'),
  batchSize: count.exactOptional().describe('Absent: the whole data in every iteration.'),
  losses: z.array(port).exactOptional().describe('Scalar ports, the first of which is reported.'),
  draws: z
    .array(z.string())
    .exactOptional()
    .describe('Addresses in the order in which data and parameters are drawn, where it is another than that of nodes.'),
});

const nodeViewSchema = z.strictObject({
  x: coordinate,
  y: coordinate,
  width: z.number().positive().exactOptional(),
  height: z.number().positive().exactOptional(),
  collapsed: z.boolean().exactOptional(),
  label: z.string().max(LIMITS.name).exactOptional(),
});

const noteSchema = z.strictObject({
  id,
  text: z.strictObject({ en: z.string(), zh: z.string().exactOptional() }),
  node: id.exactOptional(),
  x: coordinate,
  y: coordinate,
  width: z.number().positive().exactOptional(),
});

const graphView = {
  nodes: z.record(z.string(), nodeViewSchema),
  notes: z.array(noteSchema).exactOptional(),
};

const address = z.string().min(1).max(10_000);
const breakpointCommon = {
  condition: z
    .union(
      [
        z.strictObject({
          of: z.enum(['norm', 'mean', 'max']),
          above: z.number().exactOptional(),
          below: z.number().exactOptional(),
        }),
        z.strictObject({ of: z.enum(['nonFinite', 'risingLoss']) }),
      ],
      'expected of to be "norm", "mean" or "max", with above or below, or "nonFinite" or "risingLoss"',
    )
    .exactOptional(),
  hits: count.exactOptional().describe('Stops from this hit on.'),
  disabled: z.literal(true).exactOptional(),
};
const breakpointSchema = z.union(
  [
    z.strictObject({
      node: address,
      pass: z.enum(['forward', 'backward']),
      when: z.enum(['before', 'after']),
      ...breakpointCommon,
    }),
    z.strictObject({ wire: address.describe('`linear1.output→relu1.input`'), ...breakpointCommon }),
    z.strictObject({ parameter: address.describe('`linear1.weight`'), ...breakpointCommon }),
    z.strictObject({ block: address, iteration: count.exactOptional(), ...breakpointCommon }),
  ],
  'expected a node with pass and when, or a wire, a parameter or a block',
);

export const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  name: z.string().max(LIMITS.name),
  modules: z.record(name, moduleSchema).default({}).describe('Reusable definitions; `module:NAME` is a kind of node.'),
  nodes: z.array(nodeSchema),
  wires: z.array(wireSchema),
  data: z.record(z.string(), z.strictObject({ path, sha256: z.string().exactOptional() })).default({}),
  run: runSchema,
  view: z.strictObject({
    ...graphView,
    modules: z.record(name, z.strictObject(graphView)).exactOptional(),
    breakpoints: z.array(breakpointSchema).exactOptional().describe('Where a run stops.'),
    pauseOnNonFinite: z.literal(false).exactOptional().describe('Absent: a run stops where the first NaN was made.'),
  }),
});

/** Part of a document, as it comes out of a clipboard: held to what a document may hold. */
export const fragmentSchema = z.strictObject({
  format: z.literal('gradloom-fragment'),
  source: z.string().exactOptional(),
  nodes: z
    .array(nodeSchema)
    .refine((nodes) => new Set(nodes.map((node) => node.id)).size === nodes.length, 'ids are unique'),
  wires: z.array(wireSchema),
  views: z.record(z.string(), nodeViewSchema),
  modules: z.record(name, moduleSchema).exactOptional(),
  looks: z.record(name, z.strictObject(graphView)).exactOptional(),
  values: z.record(name, z.union([z.number(), z.boolean()])).exactOptional(),
});

/** JSON Schema (draft 2020-12) of a document of this version. */
export const documentJsonSchema = (): unknown => z.toJSONSchema(documentSchema, { io: 'input' });
