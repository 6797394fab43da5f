import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { exportTypeScript } from '../../engine/export/typescript/index.ts';
import { functionKey, noTraces } from '../../engine/graph/functions.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import type { FunctionVerdict } from '../../engine/protocol/messages.ts';
import { languageNamed, languages } from '../../renderer/code/languages.ts';
import { changeBetween, codeNodeOf, filesToRead, innermost, linesOf, shownOn } from '../../renderer/code/lines.ts';
import { sameCode, write } from '../../renderer/code/written.ts';
import { followCode, useCode } from '../../renderer/stores/code.ts';
import { functionsToRun } from '../../renderer/stores/diagnosis.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { moveNodes, setRun, setSetting } from '../../renderer/stores/edits.ts';
import { useFunctions } from '../../renderer/stores/functions.ts';
import { insistOn } from '../../renderer/stores/insistence.ts';
import { usePreferences } from '../../renderer/stores/preferences.ts';
import { useRun } from '../../renderer/stores/run.ts';
import { uneven } from '../parity/exported_uneven_cases.ts';

const source = (id: string) => readFileSync(new URL(`../../examples/${id}.gradloom.json`, import.meta.url), 'utf8');
const example = (id: string) => parseDocument(source(id)).document ?? expect.fail(`${id} is no document`);
const python = (id: string) =>
  exportPyTorch(example(id), noTraces).files?.get('train.py') ?? expect.fail('nothing was written');
const top = (node: string) => ({ module: undefined, node });

describe('nodes and lines', () => {
  const dynamic = example('dynamic-net');
  const texts = (id: string, nodes: readonly { module: string | undefined; node: string }[]) => {
    const file = python(id);
    const lines = file.text.split('\n');
    return linesOf(file, example(id), nodes).map((line) => lines[line - 1]?.trim());
  };

  it('belong together: a block’s lines are those of all that it holds, an instance’s those of its definition too', () => {
    expect(texts('dynamic-net', [top('output_linear')])).toEqual([
      'self.output_linear = torch.nn.Linear(100, 10)',
      'return self.output_linear(middle)',
    ]);
    expect(texts('dynamic-net', [top('middle')])).toEqual(
      expect.arrayContaining([
        'for _ in range(random.randint(0, 3)):',
        'self.middle_linear = torch.nn.Linear(100, 100)',
      ]),
    );
    expect(texts('custom-module', [top('model')])).toEqual(
      expect.arrayContaining(['model = TwoLayerNet(1000, 100, 10)', 'return self.linear2(clamp1)']),
    );
    expect(texts('custom-module', [{ module: 'TwoLayerNet', node: 'linear2' }])).toEqual([
      'self.linear2 = torch.nn.Linear(h, d_out)',
      'return self.linear2(clamp1)',
    ]);
    expect(texts('dynamic-net', [])).toEqual([]);
  });

  it('of a line come without the blocks around the others', () => {
    const nodes = [top('middle_linear'), top('middle_relu'), top('middle')];
    expect(innermost(dynamic, nodes)).toEqual(nodes.slice(0, 2));
    expect(innermost(dynamic, [top('middle')])).toEqual([top('middle')]);
  });

  it('are found on the canvas where they are: in the open definition, in an unfolded instance, or at the instance', () => {
    const document = example('custom-module');
    const inner = { module: 'TwoLayerNet', node: 'linear1' };
    const whole = { document, scope: [] };
    expect(shownOn(whole, inner)).toEqual(['model']);
    expect(shownOn(whole, top('loss'))).toEqual(['loss']);
    expect(codeNodeOf(whole, 'loss')).toEqual(top('loss'));
    const inside = { document, scope: [{ module: 'TwoLayerNet', instance: 'model' }] };
    expect(shownOn(inside, inner)).toEqual(['linear1']);
    expect(shownOn(inside, top('loss'))).toEqual([]);
    expect(codeNodeOf(inside, 'linear1')).toEqual(inner);
    const { model, ...others } = document.view.nodes;
    const view = { ...document.view, nodes: { ...others, model: { x: 0, y: 0, ...model, collapsed: false } } };
    const unfolded = { document: { ...document, view }, scope: [] };
    expect(shownOn(unfolded, inner)).toEqual(['model/linear1']);
    expect(codeNodeOf(unfolded, 'model/linear1')).toEqual(inner);
  });
});

it('comments are in the language in which notes are read on the canvas', () => {
  const commented = (words: 'en' | 'zh') => {
    const written = write(example('dynamic-net'), 'pytorch', { words });
    return written.state === 'written' ? (written.code.files.get('train.py')?.text ?? '') : written.state;
  };
  expect(commented('en')).toContain('A strange network');
  expect(commented('zh')).toMatch(/^\p{Script=Han}+/mu);
  expect(commented('zh')).not.toContain('A strange network');
});

it.each([
  ['', 'abc'],
  ['abc', ''],
  ['a\nb\nc', 'a\nx\nc'],
  ['aaa', 'aa'],
  ['aa', 'aaaa'],
  ['abcabc', 'abc'],
])('a text changes into another by its middle alone: %j → %j', (before, after) => {
  const change = changeBetween(before, after) ?? expect.fail('no change');
  expect(before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after);
  expect(change.insert.length).toBeLessThanOrEqual(after.length);
});

it('of a project the TypeScript is shown, not the JavaScript made of it, and apart from what there is none of the network in', () => {
  const { files } = exportTypeScript(example('xor'), noTraces);
  expect(filesToRead(files ?? new Map())).toEqual({
    network: ['src/model.ts', 'src/data.ts', 'src/train.ts'],
    around: ['package.json', 'tsconfig.json', 'README.md'],
  });
});

it('a language that is remembered and is gone gives way to one that there is', () => {
  expect(languageNamed('pytorch')).toBe('pytorch');
  expect(Object.keys(languages)).toContain(languageNamed('toString'));
});

describe('a document as code', () => {
  it('is what the exporter writes, or the reason why there is none', () => {
    const xor = example('xor');
    expect(write(xor, 'pytorch')).toMatchObject({ state: 'written', code: exportPyTorch(xor, noTraces) });
    expect(write({ ...xor, nodes: [], wires: [] }, 'pytorch')).toEqual({ state: 'empty' });
    const wrong = setSetting(xor, 'hidden', 'inFeatures', 7);
    expect(write(wrong, 'pytorch')).toMatchObject({ state: 'wrong', problems: [{ node: 'hidden' }] });
    expect(write(example('custom-function'), 'pytorch')).toEqual({ state: 'unchecked', going: false });
    const own = { id: 'own', kind: 'IDXDataset', settings: { samples: 4 } };
    const refused = write({ ...xor, nodes: [...xor.nodes, own] }, 'pytorch');
    expect(refused).toMatchObject({ state: 'refused', problems: [{ code: 'export-data', node: 'own' }] });
  });

  it('with a function of the user’s own is written once its backward is right, or the user insists', async () => {
    const document = example('custom-function');
    const traced = new TracedFunctions();
    const { functions } = await traced.check(document);
    const tell = (verdict: FunctionVerdict) => {
      for (const { source, signature } of functions) {
        const found = traced.lookup(source, signature) ?? expect.fail('not traced');
        useFunctions.getState().report(functionKey(source, signature), { traced: found, verdict });
      }
    };
    expect(functions.length).toBeGreaterThan(0);
    const compared = { checked: 1, elements: 1, kinks: 0 };
    tell({ verdict: 'wrong', ...compared, input: 0, element: [0, 0], expected: 0, got: 1 });
    expect(write(document, 'pytorch')).toMatchObject({ state: 'doubtful', functions: [{ node: functions[0]?.node }] });
    insistOn(functions);
    expect(write(document, 'pytorch').state).toBe('written');
    tell({ verdict: 'verified', ...compared });
    expect(write(document, 'pytorch')).toMatchObject({ code: exportPyTorch(document, traced.lookup) });
  });

  it('waits until the code of a function was run for the last batch too, where that is smaller', async () => {
    const document = uneven(64);
    const traced = new TracedFunctions();
    await traced.check(document);
    const left = () => functionsToRun(document).filter((use) => use.traced === undefined);
    const asked: number[] = [];
    for (let next = left(); next.length > 0; next = left()) {
      expect(write(document, 'typescript')).toMatchObject({ state: 'unchecked' });
      for (const { source, signature } of next) {
        const found = traced.lookup(source, signature) ?? expect.fail('not traced');
        const compared = { checked: 1, elements: 1, kinks: 0 };
        useFunctions
          .getState()
          .report(functionKey(source, signature), { traced: found, verdict: { verdict: 'verified', ...compared } });
        asked.push(signature.inputs[0]?.shape[0] ?? 0);
      }
    }
    expect(asked.sort()).toEqual([44, 44, 64, 64]);
    expect(write(document, 'typescript')).toMatchObject({ code: exportTypeScript(document, traced.lookup) });
  });

  it('is the same when nodes are moved, and another when one is renamed or a note is written', () => {
    const xor = example('xor');
    expect(sameCode(xor, moveNodes(xor, { hidden: { x: 5, y: 5 } }))).toBe(true);
    const { hidden } = xor.view.nodes;
    const named = { ...xor.view.nodes, hidden: { x: 0, y: 0, ...hidden, label: 'first' } };
    expect(sameCode(xor, { ...xor, view: { ...xor.view, nodes: named } })).toBe(false);
    const note = { id: 'n', text: { en: 'Why' }, node: 'hidden', x: 0, y: 0 };
    expect(sameCode(xor, { ...xor, view: { ...xor.view, notes: [note] } })).toBe(false);
    expect(sameCode(xor, setRun(xor, { seed: 7 }))).toBe(false);
  });
});

describe('the code of what is open', () => {
  let stop: () => void;
  beforeEach(() => {
    usePreferences.getState().setCode('pytorch');
    useDocuments.getState().open(source('xor'), 'xor');
    stop = followCode();
  });
  afterEach(() => {
    stop();
    usePreferences.getState().setPanel('code', { open: false });
    useDocuments.getState().close(activeTab()?.id ?? '');
  });
  const text = () => useCode.getState().code?.files.get('train.py')?.text;
  const edit = useDocuments.getState().edit;

  it('is written while somebody looks, and follows edits and undo', async () => {
    expect(useCode.getState().written).toBeNull();
    usePreferences.getState().setPanel('code', { open: true });
    expect(text()).toContain('manual_seed(0)');
    edit((document) => setRun(document, { seed: 7 }));
    await expect.poll(text).toContain('manual_seed(7)');
    useDocuments.getState().undo();
    await expect.poll(text).toContain('manual_seed(0)');
    usePreferences.getState().setPanel('code', { open: false });
    expect(useCode.getState()).toMatchObject({ written: null, code: null });
  });

  it('stays as it was while the document is wrong, until another is in front', async () => {
    usePreferences.getState().setPanel('code', { open: true });
    const before = text();
    edit((document) => setSetting(document, 'hidden', 'inFeatures', 7));
    await expect.poll(() => useCode.getState().written?.state).toBe('wrong');
    expect(text()).toBe(before);
    useDocuments.getState().create();
    expect(useCode.getState()).toMatchObject({ written: { state: 'empty' }, code: null });
    useDocuments.getState().close(activeTab()?.id ?? '');
  });

  it('starts from trained weights where that is wanted, as long as the run has those of this network', async () => {
    usePreferences.getState().setPanel('code', { open: true });
    usePreferences.getState().setCodeWeights(true);
    const { id, document } = activeTab() ?? expect.fail('nothing is open');
    const loads = () => useCode.getState().code?.loadsWeights;
    expect([text()?.includes('weights.safetensors'), loads()]).toEqual([false, false]);
    useRun.getState().update(id, { trained: document, state: 'finished' });
    expect([text()?.includes('weights.safetensors'), loads()]).toEqual([true, true]);
    edit((now) => setSetting(now, 'hidden', 'bias', false));
    await expect.poll(loads).toBe(false);
    useDocuments.getState().undo();
    await expect.poll(loads).toBe(true);
    useRun.getState().update(id, { state: 'failed' });
    expect(loads()).toBe(false);
    useRun.getState().drop(id);
    usePreferences.getState().setCodeWeights(false);
  });

  it('is left alone where a node is only moved', () => {
    usePreferences.getState().setPanel('code', { open: true });
    const { written } = useCode.getState();
    edit((document) => moveNodes(document, { hidden: { x: 5, y: 5 } }));
    expect(useCode.getState().written).toBe(written);
  });
});
