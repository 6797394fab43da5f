import type { GraphDocument } from '../../graph/document.ts';
import type { FunctionTraces } from '../../graph/functions.ts';
import type { Exported, ExportOptions } from '../exported.ts';
import { problemsOf } from '../problems.ts';
import { readScript } from '../read.ts';
import type { Script } from '../script.ts';
import { shard } from '../sharding/shard.ts';
import { writeScript } from '../writing/write.ts';
import { dataFilesOf, hasRecipe } from './data.ts';
import { DistributedPython } from './distributed.ts';
import { nestingProblems } from './nesting.ts';
import { Python } from './python.ts';

/** The document as one `train.py`, or why there is none. It has to pass the check, and its functions have to be traced. */
export function exportPyTorch(document: GraphDocument, traces: FunctionTraces, options: ExportOptions = {}): Exported {
  const script = readScript(document, traces);
  const problems = [...problemsOf(script, hasRecipe), ...nestingProblems(script)];
  if (problems.length > 0) return { diagnostics: problems };
  if (options.distributed !== true) return writeScript(script, () => new Python(), dataFilesOf(script), options);
  const sharded = shard(script);
  if (sharded.script === undefined) return sharded;
  const make = (one: Script) => new DistributedPython(one, sharded.counts);
  return writeScript(sharded.script, make, dataFilesOf(script), options);
}
