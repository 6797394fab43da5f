/**
 * V8's pass that makes 256-bit instructions of pairs of WebAssembly's 128 bits, which matrix products gain half their speed from. The
 * engine measures whether it does, and runs without it, too; `GRADLOOM_REVECTORIZE=0` leaves it out.
 */
export const REVECTORIZE = '--experimental-wasm-revectorize';
