/** The command `gradloom`: the same engine and the same documents as the app. */
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { diagnostic } from '../graph/diagnostics.ts';
import { LIMITS } from '../graph/schema.ts';
import { checkCommand } from './check.ts';
import { examplesCommand } from './examples.ts';
import { type ExportCommandOptions, exportCommand } from './export.ts';
import { REVECTORIZE } from './flags.ts';
import { EXIT, printDiagnostics, reasonOf } from './output.ts';
import { type StepOptions, stepCommand } from './step.ts';
import { type TrainOptions, trainCommand } from './train.ts';

// Before anything is compiled.
if (process.env.GRADLOOM_REVECTORIZE !== '0') setFlagsFromString(REVECTORIZE);

/** As documents have it: from `least` to `most`. */
const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    return value;
  };

/** An empty one would be the folder that the command runs in: a variable of a shell that is not set. */
function folderName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected the name of a folder; that of this one is a dot.');
  return text;
}

const MODE_HELP =
  'auto: captured and replayed where nothing prevents it, dynamic: every iteration afresh, static: captured once and replayed';

const program = new Command('gradloom').description('Train, check and export Gradloom documents.').exitOverride();

program
  .command('examples')
  .description('list the documents that ship with Gradloom')
  .option('--json', 'one JSON object per line')
  .action((options: { json?: boolean }) => {
    process.exitCode = examplesCommand(options);
  });

program
  .command('check')
  .description('diagnostics and inferred shapes; exit code 0: clean, 2: invalid')
  .argument('<file>', "a document, or an example's id")
  .option('--json', 'one JSON object')
  .action(async (file: string, options: { json?: boolean }) => {
    process.exitCode = await checkCommand(file, options);
  });

program
  .command('train')
  .description('train a document; exit code 1: the run failed, 2: invalid input, 130: interrupted')
  .argument('<file>', "a document, or an example's id")
  .addOption(new Option('--steps <n>', 'iterations').argParser(wholeNumber(1, LIMITS.count)).conflicts('epochs'))
  .option('--epochs <n>', 'passes over the data', wholeNumber(1, LIMITS.count))
  .option('--seed <n>', 'seed of the random streams', wholeNumber(0, LIMITS.seed))
  .option('--device <device>', 'cpu, webgpu or auto', 'auto')
  .option('--mode <mode>', MODE_HELP)
  .option('--insist', 'train also where the backward of a function of your own is wrong')
  .option('--weights <file>', 'start from these weights, as --save writes them')
  .option('--save <file>', 'write the final weights as safetensors, after Ctrl+C too')
  .option('--json', 'one JSON object per line')
  .action(async (file: string, options: TrainOptions) => {
    process.exitCode = await trainCommand(file, options);
  });

program
  .command('step')
  .description('print the tape of one iteration, forward then backward, with shapes and norms')
  .argument('<file>', "a document, or an example's id")
  .option('--iteration <k>', 'which one, from 0', wholeNumber(0, LIMITS.count), 0)
  .option('--device <device>', 'cpu, webgpu or auto', 'auto')
  .option(
    '--compare',
    'then do it again with the plain reference, and say how far each node is from it; exit code 1: too far',
  )
  .option('--seed <n>', 'seed of the random streams', wholeNumber(0, LIMITS.seed))
  .option('--mode <mode>', MODE_HELP)
  .option('--insist', 'also where the backward of a function of your own is wrong')
  .option('--json', 'one JSON object per line')
  .action(async (file: string, options: StepOptions) => {
    process.exitCode = await stepCommand(file, options);
  });

program
  .command('export')
  .description('write a document as code that trains alike; exit code 2: it cannot be written, and nothing is')
  .argument('<file>', "a document, or an example's id")
  .requiredOption('--to <format>', 'typescript: a project with what it needs, pytorch: one train.py')
  .requiredOption('--out <folder>', 'where it goes; made if it is not there', folderName)
  .option('--weights <file>', 'trained weights that the code starts from, as train --save writes them')
  .option('--distributed', 'with --to pytorch: ready for torchrun, where several processes share every batch')
  .option('--force', 'replace files of these names that are there; all others stay')
  .option('--insist', 'also where the backward of a function of your own is wrong')
  .action(async (file: string, options: ExportCommandOptions) => {
    process.exitCode = await exportCommand(file, options);
  });

// A reader that has seen enough (`| head`) closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  else {
    printDiagnostics([diagnostic('internal-error', {}, { reason: reasonOf(error) })]);
    process.exitCode = EXIT.failed;
  }
}
