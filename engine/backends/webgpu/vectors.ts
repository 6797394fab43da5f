import type { Launch, Writer } from './launch.ts';
import { numbered, tree } from './stages.ts';

/** How the invocations of a workgroup stand: so many go along K together, beside as many lines of the matrix. */
interface Lanes {
  readonly along: number;
  readonly across: number;
}
/** Neighbours read neighbours: steps of a line where these are neighbours in memory, and lines where those are. */
export const ALONG_K: Lanes = { along: 32, across: 8 };
export const ALONG_LINES: Lanes = { along: 4, across: 64 };

interface VectorOptions {
  /** Whether A is the matrix, a line of which is a row; else it is B, and a line a column. */
  readonly ofRows: boolean;
  readonly lines: number;
  readonly isAlongK: boolean;
  readonly lanes: Lanes;
  /** Matrices, and pieces of K of each. */
  readonly z: number;
}

/**
 * A matrix by a vector, or a vector by a matrix: several invocations gather each element. Lines that `depth`, `begin`, `end`, `atA`,
 * `atB` and `begins` come from stand in the writer.
 */
export function vectorProduct(writer: Writer, options: VectorOptions): Launch {
  const { ofRows, lines, isAlongK, lanes, z } = options;
  const { along, across } = lanes;
  const groups = numbered(writer, Math.ceil(lines / across), z);
  const count = writer.whole(lines);
  const [matrix, vector] = ofRows ? ['atA', 'atB'] : ['atB', 'atA'];
  const place = isAlongK ? `lane / ${along}u` : `lane % ${across}u`;
  const first = isAlongK ? `lane % ${along}u` : `lane / ${across}u`;
  writer.line(`let place = ${place}; let first = ${first}; let line = block * ${across}u + place;`);
  writer.line('var sum = 0.0;');
  writer.line(`if (line < ${count}) {`);
  writer.line(`  for (var step = begin + first; step < end; step += ${along}u) {`);
  const index = isAlongK ? 'line * depth + step' : `step * ${count} + line`;
  writer.line(`    sum += bitcast<f32>(memory[${matrix} + ${index}]) * bitcast<f32>(memory[${vector} + step]);`);
  writer.line('  }');
  writer.line('}');
  writer.line(`parts[first * ${across}u + place] = sum;`);
  tree(writer, along * across, across);
  writer.line(`let mine = block * ${across}u + lane;`);
  writer.line(`if (lane < ${across}u && mine < ${count}) { finish(begins + mine, parts[lane]); }`);
  return writer.launch('', groups, [along * across, 1], shared(along * across));
}

const shared = (lanes: number): string => `var<workgroup> parts: array<f32, ${lanes}>;
fn joined(x: f32, y: f32) -> f32 { return x + y; }`;
