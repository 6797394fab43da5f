/**
 * Flags of V8 for all pages: its pass that makes 256-bit instructions of pairs of WebAssembly's 128 bits, which matrix products gain
 * half their speed from. The engine measures whether it does, and runs without it, too; `GRADLOOM_REVECTORIZE=0` leaves it out.
 */
export const v8Flags = (environment: Readonly<Record<string, string | undefined>>): string | undefined =>
  environment.GRADLOOM_REVECTORIZE === '0' ? undefined : '--experimental-wasm-revectorize';
