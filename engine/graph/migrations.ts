/** Turns a document of one version into one of the next. */
type Migration = (document: Record<string, unknown>) => Record<string, unknown>;

/** By the version they start from. Version 1 is the first, so nothing is older yet. */
const migrations: ReadonlyMap<number, Migration> = new Map();

/** The document in the newest version that its migrations lead to. */
export function migrate(document: Record<string, unknown>): Record<string, unknown> {
  let current = document;
  for (;;) {
    const step = typeof current.version === 'number' ? migrations.get(current.version) : undefined;
    if (step === undefined) return current;
    current = step(current);
  }
}
