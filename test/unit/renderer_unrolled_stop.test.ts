import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import { namesIn } from '../../renderer/stores/names.ts';
import { Course } from '../../renderer/unrolled/marks.ts';
import { usesOf } from '../../renderer/unrolled/uses.ts';

/** dynamic-net, small, with its middle layer run `times` times, taken to the first entry; and what marks its uses. */
async function begun(times: number) {
  const { document } = parseDocument(readFileSync('examples/dynamic-net.gradloom.json', 'utf8'));
  if (document === undefined) throw new Error('not a document');
  const nodes = document.nodes.map((node) => {
    if (node.id === 'middle') return { ...node, settings: { count: 'fixed', times } };
    if (node.kind === 'RandomTensor') return { ...node, settings: { shape: [2, 4] } };
    return node.kind === 'Linear' ? { ...node, settings: { inFeatures: 4, outFeatures: 4 } } : node;
  });
  const options = { backend: createReferenceBackend(), files: nodeFiles('.') };
  const { session } = await Session.create({ ...document, nodes }, options);
  if (session === undefined) throw new Error('refused');
  const debug = new Debugger(session);
  await debug.step('entry', () => false);
  const [tape, graph] = [debug.tape(), session.view.unrolled()];
  if (tape === undefined || graph === undefined) throw new Error('nothing ran');
  const { uses } = usesOf(graph, namesIn());
  return { entries: tape.entries, uses, course: new Course(tape.entries, uses) };
}

describe('the unrolled graph at a stop', () => {
  it('marks each use by how far the tape has come', async () => {
    const { entries, uses, course } = await begun(2);
    const marks = (done: number) =>
      Object.fromEntries(uses.map(({ address }) => [address, course.mark(address, done)]));
    const endOf = (phase: string, address: string) =>
      entries.findLastIndex((entry) => entry.phase === phase && entry.address === address) + 1;

    expect(marks(1)).toMatchObject({ x: 'forward', y: 'forward', input_linear: 'todo', loss: 'todo' });
    expect(marks(endOf('forward', 'middle#1/middle_relu'))).toEqual({
      x: 'done',
      y: 'done',
      input_linear: 'done',
      input_relu: 'done',
      'middle#1/middle_linear': 'done',
      'middle#1/middle_relu': 'forward',
      'middle#2/middle_linear': 'todo',
      'middle#2/middle_relu': 'todo',
      output_linear: 'todo',
      loss: 'todo',
    });
    expect(marks(endOf('backward', 'middle#2/middle_linear'))).toEqual({
      // Data get no gradient.
      x: 'done',
      y: 'done',
      input_linear: 'done',
      input_relu: 'done',
      'middle#1/middle_linear': 'done',
      'middle#1/middle_relu': 'done',
      'middle#2/middle_linear': 'backward',
      'middle#2/middle_relu': 'home',
      output_linear: 'home',
      loss: 'home',
    });
    expect(new Set(Object.values(marks(entries.length)))).toEqual(new Set(['done', 'home']));
  });

  it('leads to the entry of a use that goes the way of the pass', async () => {
    const { entries, course } = await begun(2);
    const use = 'middle#2/middle_linear';
    const backward = entries.findIndex(({ phase }) => phase === 'backward');
    const [there, back] = [course.entry(use, 3), course.entry(use, backward + 1)];
    expect(entries[there ?? -1]).toMatchObject({ phase: 'forward', address: use, op: 'add' });
    expect(entries[(there ?? -1) + 1]?.address).not.toBe(use);
    expect(entries[back ?? -1]).toMatchObject({ phase: 'backward', address: use, op: 'accumulate' });
    expect(entries[(back ?? -1) + 1]?.address).not.toBe(use);
    expect(course.entry('elsewhere', 3)).toBeUndefined();
  });

  it('is at the loss as the backward pass begins', async () => {
    const { entries, course } = await begun(2);
    const seed = entries.findIndex(({ phase }) => phase === 'backward') + 1;
    expect(course.current(seed)).toBe('loss');
    expect(course.mark('loss', seed)).toBe('backward');
  });

  it('marks the box of iterations that are left out, too', async () => {
    const { entries, uses, course } = await begun(100);
    const box = uses.find(({ leftOut }) => leftOut !== undefined)?.address ?? '';
    const at = (phase: string, iteration: number) =>
      entries.findIndex((entry) => entry.phase === phase && entry.address.startsWith(`middle#${iteration}/`)) + 1;
    expect(course.mark(box, at('forward', 3))).toBe('todo');
    expect(course.current(at('forward', 50))).toBe(box);
    expect(course.mark(box, at('forward', 50))).toBe('forward');
    expect(course.mark(box, at('forward', 100))).toBe('done');
    expect(course.mark(box, at('backward', 50))).toBe('backward');
    expect(course.mark(box, at('backward', 2))).toBe('home');
  });
});
