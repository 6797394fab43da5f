/** Training in jax-js, each step compiled by `jit`, on the device that was chosen. */
import { jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { draw, networks, normal, passes, weights } from './networks.mjs';

/** One parameter's update: gives its new value, then its new state. Every array is given away where it is used last. */
const rules = {
  sgd: { state: 0, update: (rate) => (w, g) => [w.sub(g.mul(rate))] },
  momentum: {
    state: 1,
    update:
      (rate) =>
      (w, g, [velocity]) => {
        const next = velocity.mul(0.9).add(g);
        return [w.sub(next.ref.mul(rate)), next];
      },
  },
  adam: {
    state: 2,
    update:
      (rate) =>
      (w, g, [mean, square], correction) => {
        const m = mean.mul(0.9).add(g.ref.mul(0.1));
        const v = square.mul(0.999).add(np.square(g).mul(0.001));
        const [c1, c2] = [np.sqrt(correction.ref.slice(1)), correction.slice(0)];
        const step = m.ref.div(c2).mul(rate);
        return [w.sub(step.div(np.sqrt(v.ref).div(c1).add(1e-8))), m, v];
      },
  },
};

/** The function that does one step of a network and gives the loss as an array. */
export function training(name) {
  const network = networks[name];
  const { rows, widths } = network;
  const rule = rules[network.rule];
  const update = rule.update(network.rate);
  const array = (values, shape) => np.array(values).reshape(shape);
  let parameters = widths.slice(1).map((to, i) => [array(weights(widths[i], to), [widths[i], to]), np.zeros([to])]);
  let state = parameters.flat().map(({ shape }) => Array.from({ length: rule.state }, () => np.zeros(shape)));
  const x = array(normal(rows * widths[0]), [rows, widths[0]]);
  const y = array(normal(rows * widths.at(-1)), [rows, widths.at(-1)]);

  const lossOf = (times) => (given, input, target) => {
    const used = passes(network, times);
    const left = given.map((_, layer) => used.filter((one) => one === layer).length);
    for (const [layer, [weight, bias]] of given.entries()) {
      if (left[layer] > 0) continue;
      weight.dispose();
      bias.dispose();
    }
    const output = used.reduce((h, layer, i) => {
      left[layer]--;
      const [weight, bias] = given[layer].map((one) => (left[layer] > 0 ? one.ref : one));
      const sum = np.matmul(h, weight).add(bias);
      return i < used.length - 1 ? nn.relu(sum) : sum;
    }, input);
    const errors = np.square(output.sub(target));
    return network.loss === 'sum' ? errors.sum() : errors.mean();
  };
  // Loops are unrolled by tracing: one compiled step for each number of rounds, as `static_argnums` would make them.
  const compiled = Array.from({ length: (network.repeats ?? 0) + 1 }, (_, times) =>
    jit((given, moments, correction, input, target) => {
      const [loss, gradients] = valueAndGrad(lossOf(times))(tree.ref(given), input, target);
      const flat = given.flat();
      const updated = gradients.flat().map((gradient, i) => update(flat[i], gradient, moments[i], correction.ref));
      correction.dispose();
      return [
        loss,
        given.map((_, layer) => [updated[2 * layer][0], updated[2 * layer + 1][0]]),
        updated.map(([, ...rest]) => rest),
      ];
    }),
  );

  let step = 0;
  return () => {
    step++;
    const correction = np.array(new Float32Array([1 - 0.9 ** step, 1 - 0.999 ** step]));
    const [loss, ...next] = compiled[draw(network)](parameters, state, correction, x.ref, y.ref);
    [parameters, state] = next;
    return loss;
  };
}
