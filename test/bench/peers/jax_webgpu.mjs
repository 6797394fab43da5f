/** A contender in a page: jax-js on its WebGPU device. */
import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { serve } from '../gpu/page/serve.ts';
import { training } from './jax.mjs';
import { normal, steady } from './networks.mjs';

const isThere = init('webgpu').then((devices) => {
  if (!devices.includes('webgpu')) throw new Error('its WebGPU device does not start here');
  defaultDevice('webgpu');
});

function trained(name) {
  const step = training(name);
  let loss;
  return {
    step() {
      // Nothing is sent to the device before somebody asks for a number; nobody waits for it here.
      loss = step().data();
    },
    finish: async () => (await loss)[0],
  };
}

function product([rows, inner, columns]) {
  const array = (values, shape) => np.array(values).reshape(shape);
  const first = array(normal(rows * inner), [rows, inner]);
  const there = array(steady(inner, columns), [inner, columns]);
  const back = array(steady(columns, inner), [columns, inner]);
  let h = first.ref;
  return {
    step() {
      h = np.matmul(np.matmul(h, there.ref), back.ref);
      h.blockUntilReady();
    },
    async finish() {
      const [one] = await h.data();
      h = first.ref;
      return one;
    },
  };
}

serve(async (job) => {
  await isThere;
  return job.kind === 'training' ? trained(job.name) : product(job.sizes);
});
