import { spawnSync } from 'node:child_process';

export const python = '/usr/bin/python3';

const LINT = `
import ast, json, sys
def names(node, context):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
def unused_in(source):
    tree = ast.parse(source)
    imported = {(a.asname or a.name).split('.')[0] for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    unused = imported - names(tree, ast.Load)
    for function in functions:
        unused |= names(function, ast.Store) - names(function, ast.Load) - {'_'}
        if function.name != 'backward':
            unused |= {a.arg for a in function.args.args} - names(function, ast.Load) - {'self', 'ctx'}
    return sorted(unused)
print(json.dumps([unused_in(source) for source in json.load(sys.stdin)]))
`;

/** Names that each of these sources imports or, in a function, assigns, and then never reads. */
export function unusedIn(sources: readonly string[]): string[][] {
  const { stdout, stderr } = spawnSync(python, ['-P', '-c', LINT], {
    input: JSON.stringify(sources),
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}
