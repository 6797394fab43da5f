type Entry<T> = readonly [hash: string, value: T];

/**
 * What this machine remembers of the functions of the user's own, across pages and outside of documents: by source and signature,
 * the latest last, and no more than `most`.
 */
export class Remembered<T> {
  readonly #name: string;
  readonly #most: number;
  readonly #isValue: (value: unknown) => value is T;
  #entries: readonly Entry<T>[] | undefined;

  constructor(name: string, most: number, isValue: (value: unknown) => value is T) {
    this.#name = name;
    this.#most = most;
    this.#isValue = isValue;
  }

  get(key: string): T | undefined {
    this.#entries ??= this.#stored() ?? [];
    const hash = hashOf(key);
    return this.#entries.findLast(([known]) => known === hash)?.[1];
  }

  set(key: string, value: T): void {
    const hash = hashOf(key);
    // Another page may have written meanwhile.
    const known = this.#stored() ?? this.#entries ?? [];
    const others = known.filter(([one]) => one !== hash);
    this.#entries = (this.#isValue(value) ? [...others, [hash, value] as const] : others).slice(-this.#most);
    try {
      globalThis.localStorage?.setItem(this.#name, JSON.stringify(this.#entries));
    } catch {
      // A full or forbidden storage costs the memory of it, nothing else.
    }
  }

  /** Undefined: there is no storage, or nothing in it. */
  #stored(): readonly Entry<T>[] | undefined {
    try {
      const value: unknown = JSON.parse(globalThis.localStorage?.getItem(this.#name) ?? 'null');
      const isEntry = (entry: unknown): entry is Entry<T> =>
        Array.isArray(entry) && typeof entry[0] === 'string' && this.#isValue(entry[1]);
      return Array.isArray(value) ? value.filter(isEntry).slice(-this.#most) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** FNV-1a over 64 bits: sources are long, and the storage is small. */
function hashOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < key.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(key.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(36);
}
