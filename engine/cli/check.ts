import { checkDocument, hasErrors } from '../graph/check.ts';
import { formatShape } from '../tensor/shape.ts';
import { openDocument } from './documents.ts';
import { EXIT, print, printDiagnostics, printJson } from './output.ts';

/** `gradloom check FILE`: diagnostics to stderr, shapes to stdout; with --json both as one object on stdout too. */
export function checkCommand(file: string, options: { readonly json?: boolean }): number {
  const opened = openDocument(file);
  const checked = opened.document === undefined ? undefined : checkDocument(opened.document);
  const diagnostics = opened.diagnostics ?? checked?.diagnostics ?? [];
  const shapes = [...(checked?.shapes ?? [])];
  printDiagnostics(diagnostics);
  if (options.json === true)
    printJson({
      diagnostics,
      shapes: Object.fromEntries(shapes.map(([port, { shape, dtype }]) => [port, { shape, dtype }])),
      order: checked?.order ?? [],
    });
  else for (const [port, { shape, dtype }] of shapes) print(`${port}  ${formatShape(shape)}  ${dtype}`);
  return hasErrors(diagnostics) ? EXIT.invalid : EXIT.ok;
}
