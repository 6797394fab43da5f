import type { Diagnostic } from '../graph/document.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Line } from './line.ts';

/** A node of the document: the definition in which it stands, undefined at the top level, and its id. */
export interface CodeNode {
  readonly module: string | undefined;
  readonly node: string;
}

export interface CodeFile {
  readonly text: string;
  /** For each line of the text, the nodes that it comes from. */
  readonly lines: readonly (readonly CodeNode[])[];
}

/** A parameter as the code's state_dict names it, and where the document has it. */
export interface StateEntry {
  readonly name: string;
  /** With the number of its copy where a loop has several: `loop#1/first.weight`. */
  readonly address: string;
  readonly shape: Shape;
}

/** The file of trained weights, beside the code. */
export const WEIGHTS = 'weights.safetensors';

/** The engine as it is published, and WebGPU for Node on one system. */
export type PackageName = 'engine' | 'webgpu';

export interface ExportOptions {
  /** Whoever writes the files has WebGPU for Node at hand. */
  readonly withWebgpu?: boolean;
  /** The code starts from trained weights. */
  readonly withWeights?: boolean;
  /** Ready for `torchrun`: several processes share the rows of every batch. Only PyTorch. */
  readonly distributed?: boolean;
}

export type Exported =
  | {
      /** By their paths in the folder of the export. */
      readonly files: ReadonlyMap<string, CodeFile>;
      /** Files of data sets that go beside them: their paths there, by the names under which data sets have them. */
      readonly data: ReadonlyMap<string, string>;
      /** Packages that lie beside the code, by their paths there. */
      readonly packages: ReadonlyMap<string, PackageName>;
      /** What a file of trained weights has to hold: `WEIGHTS` beside the code, where it was asked to load them. */
      readonly state: readonly StateEntry[];
      readonly diagnostics?: undefined;
    }
  | { readonly files?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** A file of these lines. */
export const codeFile = (content: readonly Line[]): CodeFile => ({
  text: `${content.map(({ text }) => text).join('\n')}\n`,
  lines: content.map(({ places }) => nodesOf(places)),
});

function nodesOf(places: Line['places']): CodeNode[] {
  const nodes = places.map(({ module, id }): CodeNode => ({ module, node: id }));
  return nodes.filter(({ module, node }, i) => nodes.findIndex((n) => n.module === module && n.node === node) === i);
}
