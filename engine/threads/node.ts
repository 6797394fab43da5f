const { process } = globalThis as { readonly process?: NodeJS.Process };
const builtin = process?.getBuiltinModule;

/** What threads take of Node, without importing it: the same file must load where there is none. */
export const node =
  builtin === undefined ? undefined : { threads: builtin('node:worker_threads'), system: builtin('node:os') };
