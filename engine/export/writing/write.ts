import { diagnostic } from '../../graph/diagnostics.ts';
import { codeFile, type Exported, type ExportOptions } from '../exported.ts';
import { withModel } from '../model.ts';
import type { Script } from '../script.ts';
import { formatted } from './formatted.ts';
import type { Language } from './language.ts';
import { ScriptWriter, type WrittenScript } from './script_writer.ts';

/**
 * The script as one writes it; with its layers in one class unless they are drawn in an order that a class cannot have. `data` are
 * files of data sets by their paths beside the code.
 */
export function writeScript(
  script: Script,
  makeLanguage: (script: Script) => Language,
  data: ReadonlyMap<string, string>,
  options: ExportOptions,
): Exported {
  const write = (one: Script) => {
    const language = makeLanguage(one);
    return { language, ...new ScriptWriter(one, language).write(options) };
  };
  const gathered = write(withModel(script, script.name));
  const written = sameDraws(gathered, script) ? gathered : write(script);
  if (sameDraws(written, script))
    return {
      files: new Map(
        [...written.files].map(([path, content]) => [path, codeFile(formatted(content, written.language))]),
      ),
      data,
      packages: new Map(),
      state: written.state,
    };
  const at = script.draws.findIndex((address, i) => address !== written.draws[i]);
  const [node = ''] = (script.draws[at] ?? '').split(/[./]/);
  return { diagnostics: [diagnostic('export-draws', { node }, { node })] };
}

const sameDraws = ({ draws }: WrittenScript, script: Script): boolean =>
  draws.length === script.draws.length && draws.every((address, i) => address === script.draws[i]);
