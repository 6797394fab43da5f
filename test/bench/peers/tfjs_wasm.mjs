/** A contender: TensorFlow.js on its WebAssembly backend. In Node it has SIMD, but no threads. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { serve } from './serve.mjs';
import { training } from './tfjs.mjs';

setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/'));
await tf.setBackend('wasm');
await tf.ready();

await serve((name) => {
  const step = training(name);
  return () => {
    const value = step();
    const [loss] = value.dataSync();
    value.dispose();
    return loss;
  };
});
