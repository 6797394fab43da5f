/** Weights that cannot be read or written: a damaged file, a type that this engine has not. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
  /** Stable, for programs: `safetensors-truncated`. */
  readonly code: `safetensors-${string}`;
  /** What to do about it. */
  readonly hint: string;
  constructor(code: `safetensors-${string}`, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
