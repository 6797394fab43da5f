import type { Value } from '../builder.ts';
import { defineNode } from '../node.ts';
import type { PortSpec } from '../ports.ts';
import type { Settings } from '../settings.ts';
import { inputNames } from '../source_ports.ts';

const MOST_OUTPUTS = 8;

/** The tutorial's `MyReLU`. */
const SOURCE = `// y = max(x, 0)
function forward(ctx, input) {
  ctx.saveForBackward(input);
  return input.clamp(0);
}

// One gradient for each input of forward.
function backward(ctx, gradOutput) {
  const [input] = ctx.savedTensors;
  return where(input.lt(0), 0, gradOutput);
}
`;

function portsFor({ source, outputs }: Settings) {
  const count = Math.min(MOST_OUTPUTS, Math.max(1, Math.round(Number(outputs)) || 1));
  return {
    // Which of them are labels or masks, the code does not say.
    inputs: inputNames(String(source)).map((name): PortSpec => ({ name, type: 'any' })),
    outputs: Array.from(
      { length: count },
      (_, i): PortSpec => ({ name: i === 0 ? 'output' : `output${i + 1}`, type: 'tensor' }),
    ),
  };
}

/** A function of the user's own, forward and backward. PyTorch: a subclass of `torch.autograd.Function` and its `apply`. */
export const customFunction = defineNode({
  kind: 'CustomFunction',
  category: 'tensor',
  help: {
    en: 'A function of your own: you write its forward and its backward, and finite differences tell whether they agree.',
    zh: '自定义函数：自己写 forward 和 backward，由有限差分检验两者是否一致。',
  },
  inputs: [{ name: 'input', type: 'any' }],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: {
    source: { type: 'code', default: SOURCE, label: { en: 'code', zh: '代码' } },
    outputs: {
      type: 'int',
      default: 1,
      min: 1,
      max: MOST_OUTPUTS,
      label: { en: 'outputs', zh: '输出个数' },
      help: { en: 'How many tensors forward returns.', zh: 'forward 返回的张量个数。' },
    },
  },
  ports: portsFor,
  lower(b, inputs, settings) {
    const ports = portsFor(settings);
    const given = ports.inputs.map(({ name }) => inputs[name]).filter((value) => value !== undefined);
    if (given.length < ports.inputs.length) return {};
    const made = b.custom(String(settings.source), given, ports.outputs.length);
    const named = ports.outputs.map(({ name }, i): [string, Value | undefined] => [name, made[i]]);
    return Object.fromEntries(named.filter((entry): entry is [string, Value] => entry[1] !== undefined));
  },
});
