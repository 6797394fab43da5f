/** Training in TensorFlow.js, on the backend that was chosen. */
import * as tf from '@tensorflow/tfjs';
import { draw, networks, normal, passes, weights } from './networks.mjs';

const rules = {
  sgd: (rate) => tf.train.sgd(rate),
  momentum: (rate) => tf.train.momentum(rate, 0.9),
  adam: (rate) => tf.train.adam(rate, 0.9, 0.999, 1e-8),
};

/** The function that does one step of a network and gives the loss as a tensor. */
export function training(name) {
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
    tf.dispose(grads);
    return value;
  };
}
