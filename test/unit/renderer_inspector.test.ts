import { expect, test, vi } from 'vitest';
import { emptyDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { Setting } from '../../engine/nodes/settings.ts';
import { operations } from '../../engine/ops/index.ts';
import { plainFormula } from '../../renderer/inspector/formula.ts';
import { inferredSetting } from '../../renderer/inspector/inferred.ts';
import { parseSetting, printSetting, typedProblem } from '../../renderer/inspector/parse.ts';
import { refusalText } from '../../renderer/inspector/words.ts';
import { useDocuments } from '../../renderer/stores/documents.ts';
import { addNode } from '../../renderer/stores/edits.ts';
import { type Refusal, useRefusal } from '../../renderer/stores/refusal.ts';

const int: Setting = { type: 'int', default: 1 };
const inferred: Setting = { type: 'int', default: null };
const ints: Setting = { type: 'ints', default: null };
const float: Setting = { type: 'float', default: 0.1 };

test('typed numbers reach the document as numbers, anything else stays text for the check to refuse', () => {
  expect(parseSetting(float, ' 1e-4 ')).toBe(1e-4);
  expect(parseSetting(int, 'twelve')).toBe('twelve');
  expect(parseSetting(int, '')).toBe('');
  expect(parseSetting(inferred, '')).toBeNull();
});

test('digits may be grouped as people write them', () => {
  expect(parseSetting(int, '60,000')).toBe(60_000);
  expect(parseSetting(int, '1_000_000')).toBe(1_000_000);
  expect(parseSetting(float, '1_000')).toBe(1000);
  expect(parseSetting(float, '1,5')).toBe('1,5');
});

test('no comma is guessed to be a decimal point or a group of digits', () => {
  for (const text of ['0,001', '0,500', '1,5', '1,000', '0，5']) {
    expect(parseSetting(float, text)).toBe(text);
    expect(typedProblem(float, text)).toEqual({ reason: 'decimal-point' });
  }
  for (const text of ['0,500', '1,5', '1,00', '1,000_000', '1000,000']) {
    expect(parseSetting(int, text)).toBe(text);
    expect(typedProblem(int, text)).toEqual({ reason: 'whole' });
  }
  expect(typedProblem(int, '60,000')).toBeUndefined();
  const refusal = { place: 'tab/adam1', name: 'lr', label: 'lr', typed: '0,001', kept: '0.1' };
  const problem = { reason: 'decimal-point' } as const;
  expect(refusalText({ ...refusal, problem }, 'en')).toBe(
    '“0,001” was not taken: write decimals with a point, as in 0.5. Still 0.1.',
  );
  expect(refusalText({ ...refusal, problem }, 'zh')).toBe('“0,001”未被采用：小数请用小数点，如 0.5。仍为“0.1”。');
});

test('numbers are typed in decimal digits', () => {
  for (const text of ['0x10', '0b11', '0o7', 'Infinity', '1e', '.']) {
    expect(parseSetting(int, text)).toBe(text);
    expect(parseSetting(float, text)).toBe(text);
  }
  expect(['.5', '5.', '+2', '-1.5E3'].map((text) => parseSetting(float, text))).toEqual([0.5, 5, 2, -1500]);
});

test('what a field refused is told in either language, until it was read or another one is', () => {
  vi.useFakeTimers();
  const problem = { reason: 'at-least', bound: 1 } as const;
  const refusal: Refusal = { place: 'tab/linear1', name: 'outFeatures', label: '', typed: ' -3 ', problem, kept: '10' };
  expect(refusalText(refusal, 'en')).toBe('“-3” was not taken: expected at least 1. Still 10.');
  expect(refusalText(refusal, 'zh')).toBe('“-3”未被采用：应不小于 1。仍为“10”。');
  expect(refusalText({ ...refusal, typed: ' ' }, 'en')).toBe(
    'An empty field was not taken: expected at least 1. Still 10.',
  );
  const { refuse } = useRefusal.getState();
  refuse(refusal);
  vi.advanceTimersByTime(6000);
  const second = { ...refusal, typed: '-4' };
  refuse(second);
  vi.advanceTimersByTime(6000);
  expect(useRefusal.getState().refusal).toBe(second);
  vi.advanceTimersByTime(6000);
  expect(useRefusal.getState().refusal).toBeNull();
  vi.useRealTimers();
});

test('what a field refused is told no longer once anything is edited', () => {
  const { create, edit, seal } = useDocuments.getState();
  create();
  const problem = { reason: 'number' } as const;
  useRefusal.getState().refuse({ place: 'tab/a', name: 'lr', label: 'lr', typed: 'x', problem, kept: '1' });
  create();
  seal();
  expect(useRefusal.getState().refusal).not.toBeNull();
  edit((document) => addNode(document, 'ReLU', { x: 0, y: 0 }));
  expect(useRefusal.getState().refusal).toBeNull();
});

test('lists are typed with commas, spaces or crosses', () => {
  expect(parseSetting(ints, '64, 1000')).toEqual([64, 1000]);
  expect(parseSetting(ints, '64×1000')).toEqual([64, 1000]);
  expect(parseSetting(ints, '')).toBeNull();
});

test('what is printed is read back as the same value', () => {
  for (const value of [0, 1e-4, 0.05, 12, -3]) expect(parseSetting(float, printSetting(value))).toBe(value);
  expect(parseSetting(ints, printSetting([2, 3]))).toEqual([2, 3]);
});

test('an inferred size is the last axis of what is wired, through a Sequential too', () => {
  const document = {
    ...emptyDocument(),
    nodes: [
      { id: 'data', kind: 'XOR', settings: {} },
      { id: 'model', kind: 'Sequential', settings: {} },
      { id: 'first', kind: 'Linear', settings: {}, parent: 'model' },
      { id: 'second', kind: 'Linear', settings: {}, parent: 'model' },
    ],
    wires: [{ from: 'data.x', to: 'model.input' }],
  };
  const shapes = new Map([
    ['data.x', [4, 2]],
    ['first.output', [4, 10]],
  ]);
  const setting = nodeKinds.get('Linear')?.settings.inFeatures;
  const of = (id: string) => {
    const node = document.nodes.find((n) => n.id === id);
    return setting && node && inferredSetting(setting, node, document, shapes);
  };
  expect([of('first'), of('second')]).toEqual([2, 10]);
});

test('every operation can print its formula without LaTeX', () => {
  expect(plainFormula('\\bar X = \\bar Y \\odot (1 - Y^2)')).toBe('X̄ = Ȳ ⊙ (1 - Y²)'.normalize('NFC'));
  for (const record of operations.values())
    for (const line of [record.formula.forward, ...record.formula.backward])
      expect(plainFormula(line), `${record.name}: ${line}`).not.toMatch(/[\\{}]|math|frac|big/i);
});
