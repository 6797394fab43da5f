/** A contender in a page: TensorFlow.js on its WebGPU backend. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { serve } from '../gpu/page/serve.ts';
import { normal, steady } from './networks.mjs';
import { training } from './tfjs.mjs';

const isThere = tf.setBackend('webgpu').then(async (isSet) => {
  if (!isSet) throw new Error('its WebGPU backend does not start here');
  await tf.ready();
});

function trained(name) {
  const step = training(name);
  let loss;
  return {
    step() {
      loss?.dispose();
      loss = step();
    },
    finish: async () => (await loss.data())[0],
  };
}

function product([rows, inner, columns]) {
  const first = tf.tensor2d(normal(rows * inner), [rows, inner]);
  const there = tf.tensor2d(steady(inner, columns), [inner, columns]);
  const back = tf.tensor2d(steady(columns, inner), [columns, inner]);
  let h = first.clone();
  return {
    step() {
      const next = tf.tidy(() => tf.matMul(tf.matMul(h, there), back));
      h.dispose();
      h = next;
    },
    async finish() {
      const [one] = await h.data();
      h.dispose();
      h = first.clone();
      return one;
    },
  };
}

serve(async (job) => {
  await isThere;
  return job.kind === 'training' ? trained(job.name) : product(job.sizes);
});
