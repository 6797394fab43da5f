import { describe, expect, it } from 'vitest';
import type { EntryReport, NoGradient, TapeReport } from '../../engine/protocol/messages.ts';
import { withheldBy } from '../../renderer/debugger/entry_formula.ts';
import { inputsWithout, ofNode, ofWire, parametersWithout } from '../../renderer/debugger/no_gradient.ts';
import { sentenceOf } from '../../renderer/debugger/no_gradient_words.ts';
import { namesIn } from '../../renderer/stores/names.ts';

const names = namesIn();
const unused: NoGradient = { kind: 'unused' };
const data: NoGradient = { kind: 'data' };
const cut: NoGradient = { kind: 'detached', by: 'loop#1/cut' };

const tape: TapeReport = {
  iteration: 0,
  done: 1,
  list: 1,
  entries: [],
  loops: { loop: 2 },
  film: [],
  withoutGradient: {
    nodes: { x: data, 'loop#1/cut': cut },
    outputs: { 'x.output': data, 'loop#1/cut.output': cut },
    inputs: { 'loop.start': data, 'loop#1/linear.input': data, 'loop#1/cut.input': cut },
    parameters: { 'loop/linear.weight': unused, 'untied#2/linear.weight': unused },
  },
};

describe('where no gradient comes', () => {
  it('a wire is what its end makes of it; at the inner side of a border what it begins with', () => {
    const wire = (from: string, to: string) => {
      const [source = '', sourcePort = ''] = from.split('.');
      const [target = '', targetPort = ''] = to.split('.');
      return ofWire(tape, { source, sourcePort, target, targetPort });
    };
    expect(wire('x.output', 'loop.start')).toBe(data);
    expect(wire('loop.current', 'loop#1/linear.input')).toBe(data);
    expect(wire('loop#1/linear.output', 'loop#1/cut.input')).toBe(cut);
    expect(wire('loop#1/cut.output', 'loop.next')).toBe(cut);
    expect(wire('loop#2/linear.output', 'loop.next')).toBeUndefined();
    // What leads out of an iteration is not what leads into the loop.
    expect(wire('loop#2/linear.output', 'loop.start')).toBeUndefined();
    expect(wire('loop.result', 'last.input')).toBeUndefined();
  });

  it('an iteration that the loop did not come to has none, and is the same answer each time', () => {
    const missed = ofNode(tape, 'loop#3/linear');
    expect(missed).toEqual({ kind: 'notRun', loop: 'loop' });
    expect(ofNode(tape, 'loop#3/other')).toBe(missed);
    expect(ofNode(tape, 'loop#2/linear')).toBeUndefined();
    expect(ofNode(tape, 'loop#1/cut')).toBe(cut);
  });

  it('inputs and parameters are found by the address of their node', () => {
    expect(inputsWithout(tape, 'loop#1/cut')).toEqual([['input', cut]]);
    expect(inputsWithout(tape, 'loop')).toEqual([['start', data]]);
    expect(parametersWithout(tape, 'loop#2/linear')).toEqual([['loop/linear.weight', unused]]);
    expect(parametersWithout(tape, 'untied#2/linear')).toEqual([['untied#2/linear.weight', unused]]);
    expect(parametersWithout(tape, 'untied#1/linear')).toEqual([]);
  });

  it('a backward entry names the gradients that it does not make as its formula does', () => {
    const entry = (op: string, input: number): EntryReport => ({
      position: 5,
      phase: 'backward',
      address: 'a',
      op,
      inputs: [],
      outputs: [],
      withoutGradient: [{ input, why: data }],
    });
    expect(withheldBy(entry('sub', 1))).toEqual([{ symbol: '\\bar B', why: data }]);
    expect(withheldBy(entry('where', 0))).toEqual([{ symbol: '\\bar C', why: data }]);
    expect(withheldBy(entry('function f', 1))).toEqual([{ symbol: '\\bar X_{2}', why: data }]);
  });

  it('every reason is a sentence of its own in both languages, with the name of what is meant', () => {
    const reasons: readonly NoGradient[] = [
      data,
      unused,
      cut,
      { kind: 'labels' },
      { kind: 'frozen', by: 'w1.value' },
      { kind: 'constant' },
      { kind: 'notDifferentiable', by: 'above', op: 'gt' },
      { kind: 'notRun', loop: 'outer/loop' },
      { kind: 'noGrad' },
      { kind: 'nothingLearns' },
    ];
    const english = reasons.map((why) => sentenceOf(why, 'en', names));
    const chinese = reasons.map((why) => sentenceOf(why, 'zh', names));
    for (const all of [english, chinese]) expect(new Set(all).size).toBe(reasons.length);
    expect(english.filter((text) => !text.startsWith('No gradient: '))).toEqual([]);
    expect(chinese.filter((text) => !text.startsWith('没有梯度：'))).toEqual([]);
    expect(english[2]).toBe('No gradient: detached by cut #1');
    expect(english[6]).toBe('No gradient: above (gt) does not differentiate by it');
    expect(chinese[7]).toContain('loop');
  });
});
