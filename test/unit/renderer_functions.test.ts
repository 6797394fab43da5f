import { beforeEach, describe, expect, it } from 'vitest';
import { problemTable } from '../../engine/functions/problems.ts';
import { functionFailed } from '../../engine/graph/diagnostics.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { functionKey } from '../../engine/graph/functions.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { examineFunction } from '../../engine/protocol/examine.ts';
import { offersAfter } from '../../renderer/functions/completion.ts';
import { doubtLines, stateLines } from '../../renderer/functions/words.ts';
import { diagnose, diagnoseTab, functionsOf, unreachedIn } from '../../renderer/stores/diagnosis.ts';
import { setSource } from '../../renderer/stores/function_edits.ts';
import { gravest, sourcesOf, stateOf, useFunctions } from '../../renderer/stores/functions.ts';
import { withoutLostPorts } from '../../renderer/stores/port_edits.ts';
import { isWired } from '../../renderer/stores/wired.ts';
import { problemText } from '../../renderer/text/problem.ts';
import { myReLU } from './functions/sources.ts';

const node = (id: string, kind: string, settings = {}) => ({ id, kind, settings });
const two = (source: string): GraphDocument => ({
  ...emptyDocument(),
  nodes: [
    node('x', 'RandomTensor', { shape: [3, 4] }),
    node('y', 'RandomTensor', { shape: [3, 4] }),
    node('f', 'CustomFunction', { source }),
    node('relu', 'ReLU'),
  ],
  wires: [
    { from: 'x.output', to: 'f.a' },
    { from: 'y.output', to: 'f.b' },
    { from: 'f.output', to: 'relu.input' },
  ],
});
const product = (names: string) => `function forward(ctx, ${names}) { return a.mul(b); }
function backward(ctx, g) { return [g, g]; }`;

describe('a source that is saved', () => {
  const saved = (names: string) => {
    const document = two(product('a, b'));
    return withoutLostPorts(document, setSource(document, 'f', 'source', product(names)), 'f');
  };
  const wiresOf = (names: string) => saved(names).document.wires.map(({ to }) => to);
  it.each([
    ['other names: wires stay at their places', 'u, v', ['f.u', 'f.v', 'relu.input']],
    ['another order: wires stay with their names', 'b, a', ['f.a', 'f.b', 'relu.input']],
    ['one more input', 'a, b, c', ['f.a', 'f.b', 'relu.input']],
    ['a new name beside one that stayed', 'c, b', ['f.c', 'f.b', 'relu.input']],
    ['one input less: its wire goes', 'b', ['f.b', 'relu.input']],
  ])('with %s', (_what, names, expected) => expect(wiresOf(names)).toEqual(expected));

  it('with one input less tells which wire went', () => {
    expect(saved('b').cut).toEqual([{ from: 'x.output', to: 'f.a' }]);
    expect(saved('u, v').cut).toEqual([]);
  });

  it('that is the same changes nothing', () => {
    const document = two(product('a, b'));
    expect(setSource(document, 'f', 'source', product('a, b'))).toBe(document);
  });
});

describe('what is known of functions', () => {
  const initial = useFunctions.getInitialState();
  beforeEach(() => useFunctions.setState(initial, true));
  const document: GraphDocument = {
    ...two(myReLU),
    wires: [
      { from: 'x.output', to: 'f.input' },
      { from: 'f.output', to: 'relu.input' },
    ],
  };
  const tab = { document, scope: [] };
  const only = (d: GraphDocument) => functionsOf(d)[0] ?? expect.fail('no function');

  it('is nothing as long as nobody asked: shapes end there, and nothing is wrong', () => {
    expect(diagnose(document)).toEqual({ diagnostics: [], sound: true });
    expect(diagnoseTab(tab).shapes.has('relu.output')).toBe(false);
    expect(stateOf(only(document), useFunctions.getState())).toEqual({ verdict: 'unknown' });
  });

  it('is the code of new nodes allowed to run, and no other', () => {
    const { allowed } = useFunctions.getState();
    const settings = nodeKinds.get('CustomFunction')?.settings.source;
    expect(settings && allowed.has(String(settings.default))).toBe(true);
    expect(allowed.has(myReLU)).toBe(false);
  });

  it('is what the engine reports: the shapes beyond become known, and the verdict stands at the node', async () => {
    const { source, signature } = only(document);
    const key = functionKey(source, signature);
    useFunctions.getState().ask(key);
    expect(stateOf(only(document), useFunctions.getState())).toEqual({ verdict: 'checking' });
    useFunctions.getState().report(key, await examineFunction(source, signature));
    expect(diagnoseTab(tab).shapes.get('relu.output')).toEqual([3, 4]);
    expect(gravest(diagnoseTab(tab).functions.get('f') ?? [], useFunctions.getState())).toMatchObject({
      verdict: 'verified',
      checked: 12,
    });
    // For other shapes it is another question.
    const wider = {
      ...document,
      nodes: document.nodes.map((one) => (one.id === 'x' ? node('x', 'RandomTensor') : one)),
    };
    expect(stateOf(only(wider), useFunctions.getState())).toEqual({ verdict: 'unknown' });
  });

  it('is no longer allowed where the engine did not live to answer', () => {
    useFunctions.getState().allow(['code']);
    useFunctions.getState().ask('key');
    useFunctions.getState().fail('key', 'code');
    expect(useFunctions.getState().allowed.has('code')).toBe(false);
    expect(useFunctions.getState().asked.size).toBe(0);
  });

  it('is what is wrong with code to which no shapes come, and nothing else of it', async () => {
    const alone = (source: string) => ({ ...two(source), wires: [] });
    const told = async (source: string) => {
      const document = alone(source);
      const [use = expect.fail('no function')] = unreachedIn(document);
      useFunctions
        .getState()
        .report(functionKey(use.source, use.signature), await examineFunction(source, use.signature));
      const { functions, byNode } = diagnoseTab({ document, scope: [] });
      const codes = byNode.get('f')?.map(({ code }) => code) ?? [];
      return [gravest(functions.get('f') ?? [], useFunctions.getState())?.verdict, codes.includes('function-failed')];
    };
    expect(await told('function forward(ctx, a, b) { return a.; }')).toEqual(['failed', true]);
    expect(await told(product('a, b'))).toEqual([undefined, false]);
  });

  it('needs wires into all inputs, and then the shapes of what is wired', () => {
    const document = two(product('a, b'));
    expect(isWired(document, 'f')).toBe(true);
    expect(isWired({ ...document, wires: document.wires.slice(1) }, 'f')).toBe(false);
    const chained = { ...node('f', 'CustomFunction'), parent: 'model' };
    expect(isWired({ ...document, nodes: [node('model', 'Sequential'), chained], wires: [] }, 'f')).toBe(true);
  });

  it('counts sources in definitions too', () => {
    const inner = { params: {}, ports: { inputs: [], outputs: [] }, nodes: document.nodes, wires: [] };
    expect(sourcesOf({ ...emptyDocument(), modules: { M: inner } })).toEqual(new Set([myReLU]));
  });
});

describe('the words', () => {
  it('tell the worst element, by the name of its input', () => {
    const wrong = {
      verdict: 'wrong',
      checked: 9,
      elements: 1200,
      kinks: 2,
      input: 1,
      element: [2, 0],
      expected: 0.5,
      got: -1,
    } as const;
    expect(stateLines(wrong, product('a, b'), 'en')).toEqual([
      'Backward disagrees with finite differences of forward.',
      'Worst at b[2, 0]: expected 0.5, got -1',
      '9 of 1,200 elements compared, 2 kinks skipped',
    ]);
    expect(stateLines(wrong, product('a, b'), 'zh')[1]).toContain('b[2, 0]');
  });

  it('of a doubt begin with the reason, whether the check found a fault or could not be done', () => {
    const wrong = {
      verdict: 'wrong',
      checked: 1,
      elements: 1,
      kinks: 0,
      input: 0,
      element: [1],
      expected: 0,
      got: 1,
    } as const;
    expect(doubtLines(wrong, product('a, b'), 'en')[0]).toBe('Worst at a[1]: expected 0, got 1');
    const { message, hint } = problemTable['nothing-to-check'];
    const problem = { code: 'nothing-to-check', message: message.en, hint: hint.en, values: {} } as const;
    expect(doubtLines({ verdict: 'failed', problem }, '', 'zh')).toEqual([message.zh, hint.zh]);
    expect(doubtLines({ verdict: 'unknown' }, '', 'en')).toEqual([]);
  });

  it('of a failure are Chinese where the user reads Chinese, with the line', () => {
    for (const code of ['reads-value', 'thrown', 'argument'] as const) {
      const values = { reason: 'Error: {call}', call: 'add', parameter: 'other', expected: 'x', got: 'y' };
      const problem = { code, message: 'in English', hint: 'mend it', values, line: 3 };
      const { message, hint } = problemText(functionFailed({ node: 'f' }, problem), 'zh');
      expect(message.startsWith('第 3 行：')).toBe(true);
      expect(message).not.toContain('in English');
      expect(hint).not.toBe('mend it');
      expect(problemTable[code].hint.zh.slice(0, 2)).toBe(hint.slice(0, 2));
    }
  });
});

describe('the editor offers', () => {
  const offered = (before: string, begun = false) => offersAfter(before, begun, 'en').map(({ label }) => label);
  it('operations after a dot', () => {
    expect(offered('x.')).toEqual(expect.arrayContaining(['clamp', 'matmul', 'shape']));
    expect(offered('x.add(y)\n  .', true)).toContain('mul');
    expect(offered('x.')).not.toContain('saveForBackward');
  });
  it('what ctx has after ctx.', () =>
    expect(offered('  ctx.')).toEqual(['saveForBackward', 'savedTensors', 'needsInputGrad']));
  it('free functions elsewhere, once something is typed or asked for', () => {
    expect(offered('return ', true)).toEqual(expect.arrayContaining(['where', 'zeros', 'return']));
    expect(offered('return ', true)).not.toContain('clamp');
    expect(offered('return ')).toEqual([]);
  });
  it('nothing after the point of a number', () => expect(offered('x.mul(0.')).toEqual([]));
});
