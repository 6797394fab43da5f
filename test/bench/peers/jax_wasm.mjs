/** A contender: jax-js on its WebAssembly backend. In Node it has no threads. */
import { defaultDevice, init } from '@jax-js/jax';
import { training } from './jax.mjs';
import { serve } from './serve.mjs';

await init('wasm');
defaultDevice('wasm');

await serve((name) => {
  const step = training(name);
  return () => step().item();
});
