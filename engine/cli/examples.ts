import { exampleIds, openDocument } from './documents.ts';
import { EXIT, print, printDiagnostics, printJson } from './output.ts';

/** `gradloom examples`: ids and what the note of each says. */
export function examplesCommand(options: { readonly json?: boolean }): number {
  for (const id of exampleIds()) {
    const opened = openDocument(id);
    if (opened.document === undefined) {
      printDiagnostics(opened.diagnostics);
      return EXIT.failed;
    }
    const about = opened.document.view.notes?.[0]?.text.en ?? '';
    if (options.json === true) printJson({ id, about });
    else print(`${id.padEnd(16)} ${about}`);
  }
  return EXIT.ok;
}
