import { isTerminalKind, moduleName } from '../../engine/graph/kinds.ts';

/** What users call a kind: PyTorch's word, a module's own name, or the side of a definition's terminal. */
export function kindName(kind: string): string {
  const module = moduleName(kind);
  if (module !== undefined) return module;
  return isTerminalKind(kind) ? (kind.split(':')[0] ?? kind) : kind;
}
