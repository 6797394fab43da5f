/** A contender: TensorFlow.js on its WebAssembly backend. In Node it has SIMD, but no threads. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { draw, networks, normal, passes, weights } from './networks.mjs';
import { serve } from './serve.mjs';

setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/'));
await tf.setBackend('wasm');
await tf.ready();

const rules = {
  sgd: (rate) => tf.train.sgd(rate),
  momentum: (rate) => tf.train.momentum(rate, 0.9),
  adam: (rate) => tf.train.adam(rate, 0.9, 0.999, 1e-8),
};

await serve((name) => {
  const network = networks[name];
  const { rows, widths } = network;
  const layers = widths.slice(1).map((to, i) => ({
    weight: tf.variable(tf.tensor2d(weights(widths[i], to), [widths[i], to])),
    bias: tf.variable(tf.zeros([to])),
  }));
  const x = tf.tensor2d(normal(rows * widths[0]), [rows, widths[0]]);
  const y = tf.tensor2d(normal(rows * widths.at(-1)), [rows, widths.at(-1)]);
  const optimizer = rules[network.rule](network.rate);
  const lossOf = (times) => {
    const used = passes(network, times);
    const output = used.reduce((h, layer, i) => {
      const { weight, bias } = layers[layer];
      const sum = tf.add(tf.matMul(h, weight), bias);
      return i < used.length - 1 ? tf.relu(sum) : sum;
    }, x);
    const errors = tf.squaredDifference(output, y);
    return network.loss === 'sum' ? tf.sum(errors) : tf.mean(errors);
  };
  const variables = layers.flatMap(({ weight, bias }) => [weight, bias]);
  return () => {
    const { value, grads } = tf.variableGrads(() => lossOf(draw(network)), variables);
    // As `minimize` does, but with a place for the layer that a pass has not used: the optimizer keeps its state by place.
    optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: grads[name] ?? null })));
    const [loss] = value.dataSync();
    tf.dispose([value, grads]);
    return loss;
  };
});
