import { hasErrors } from '../graph/check.ts';
import { missingLoss } from '../graph/losses.ts';
import { formatBytes } from '../graph/memory.ts';
import { TracedFunctions } from '../program/traced_functions.ts';
import { formatShape } from '../tensor/shape.ts';
import { openDocument } from './documents.ts';
import { checkFunctions, traceInThread, verdictLine, verdictProblems } from './functions.ts';
import { EXIT, print, printDiagnostics, printJson } from './output.ts';

/**
 * `gradloom check FILE`: diagnostics to stderr; shapes, the verdicts on functions of the user's own and about how much memory a run
 * takes to stdout; with --json all as one object on stdout too.
 */
export async function checkCommand(file: string, options: { readonly json?: boolean }): Promise<number> {
  const opened = openDocument(file);
  const checked =
    opened.document === undefined ? undefined : await new TracedFunctions(traceInThread).check(opened.document);
  const functions = checkFunctions(checked?.functions ?? []);
  const missing = checked === undefined ? [] : missingLoss(checked);
  const found = opened.diagnostics ?? checked?.diagnostics ?? [];
  const diagnostics = [...found, ...missing, ...verdictProblems(functions)];
  const shapes = [...(checked?.shapes ?? [])];
  printDiagnostics(diagnostics);
  if (options.json === true)
    printJson({
      diagnostics,
      shapes: Object.fromEntries(shapes.map(([port, { shape, dtype }]) => [port, { shape, dtype }])),
      order: checked?.order ?? [],
      memoryBytes: checked?.memory?.bytes ?? 0,
      functions: Object.fromEntries(functions.map(({ use, verdict }) => [use.name, verdict])),
    });
  else {
    for (const [port, { shape, dtype }] of shapes) print(`${port}  ${formatShape(shape)}  ${dtype}`);
    for (const one of functions) print(verdictLine(one));
    if (shapes.length > 0 && checked?.memory !== undefined) print(`memory  about ${formatBytes(checked.memory.bytes)}`);
  }
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}
