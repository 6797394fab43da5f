import type { Builder, RepeatCount, Value, Values } from '../builder.ts';
import { defineNode, type InnerPorts } from '../node.ts';
import type { PortSpec } from '../ports.ts';
import { type Settings, SettingsClash } from '../settings.ts';

/** Beyond this a loop is a mistake of typing: its iterations are all recorded. */
const MOST = 1000;
const MOST_CARRIED = 8;

/** `start`, `start2`, …: the ports of the carried values on one side of one border. */
const names = (side: string, carried: number): string[] =>
  Array.from({ length: carried }, (_, i) => (i === 0 ? side : `${side}${i + 1}`));
const portsNamed = (side: string, carried: number): PortSpec[] =>
  names(side, carried).map((name) => ({ name, type: 'tensor' }));

function portsFor(settings: Settings): {
  inputs: readonly PortSpec[];
  outputs: readonly PortSpec[];
  inner: InnerPorts;
} {
  const carried = Math.min(MOST_CARRIED, Math.max(1, Math.round(Number(settings.carried)) || 1));
  return {
    inputs: portsNamed('start', carried),
    outputs: portsNamed('result', carried),
    inner: { sources: portsNamed('current', carried), targets: portsNamed('next', carried) },
  };
}

function countOf({ count, times, min, max }: Settings): RepeatCount {
  if (count !== 'drawn') return Number(times);
  if (Number(min) > Number(max)) throw new SettingsClash('loop-bounds', { min: Number(min), max: Number(max) });
  return { min: Number(min), max: Number(max) };
}

function lowerRepeat(b: Builder, inputs: Values, settings: Settings, body: (sources: Values) => Values) {
  const { inputs: outer, outputs, inner } = portsFor(settings);
  const untied = settings.weights === 'untied';
  const count = countOf(settings);
  if (untied && typeof count !== 'number') throw new SettingsClash('loop-untied');
  const starts = outer.map(({ name }) => inputs[name]).filter((value) => value !== undefined);
  if (starts.length < outer.length) return {};
  const results = b.repeat({ count, untied }, starts, (carried) => {
    const given = body(zip(inner.sources, carried));
    return inner.targets.map(({ name }) => given[name]).filter((value) => value !== undefined);
  });
  return zip(outputs, results);
}

const zip = (ports: readonly PortSpec[], values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(ports.flatMap(({ name }, i) => (values[i] === undefined ? [] : [[name, values[i]]])));

const bound = (value: number, en: string, zh: string, setting: 'fixed' | 'drawn') =>
  ({
    type: 'int',
    default: value,
    min: 0,
    max: MOST,
    label: { en, zh },
    when: { setting: 'count', is: setting },
  }) as const;

/**
 * A loop with carried values, like a shift register: what reaches an inner right terminal (`next`) leaves the left one
 * (`current`) in the next iteration. PyTorch: `for _ in range(n): h = middle(h)`, with `random.randint(min, max)` for a drawn
 * count, and `nn.ModuleList` for untied weights.
 */
export const repeat = defineNode({
  kind: 'Repeat',
  category: 'blocks',
  help: {
    en: 'Runs what is inside several times, each time on what the time before gave. Weights are shared by all iterations, or untied.',
    zh: '把内部的网络执行多次，每次以上一次的结果为输入。各次迭代共享权重，或各用各的。',
  },
  inputs: portsNamed('start', 1),
  outputs: portsNamed('result', 1),
  settings: {
    count: { type: 'choice', default: 'fixed', options: ['fixed', 'drawn'], label: { en: 'count', zh: '次数' } },
    times: bound(3, 'times', '执行次数', 'fixed'),
    min: bound(0, 'at least', '至少', 'drawn'),
    max: bound(3, 'at most', '至多', 'drawn'),
    weights: {
      type: 'choice',
      default: 'shared',
      options: ['shared', 'untied'],
      label: { en: 'weights', zh: '权重' },
      help: { en: 'Shared by all iterations, or a copy for each.', zh: '所有迭代共享，或每次迭代一份。' },
    },
    carried: {
      type: 'int',
      default: 1,
      min: 1,
      max: MOST_CARRIED,
      label: { en: 'carried values', zh: '传递的值' },
      help: { en: 'How many values go from one iteration to the next.', zh: '从一次迭代传到下一次的值的个数。' },
    },
  },
  summary: ['count', 'weights'],
  block: 'frame',
  inner: { sources: portsNamed('current', 1), targets: portsNamed('next', 1) },
  ports: portsFor,
  copies: ({ weights, count, times }) => (weights === 'untied' && count !== 'drawn' ? Number(times) : undefined),
  lower: lowerRepeat,
});
