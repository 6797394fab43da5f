import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument, Mode } from '../../engine/graph/document.ts';
import type { Entry } from '../../engine/session/cursor.ts';
import { Session } from '../../engine/session/session.ts';
import { placeOf, stepDone } from '../../engine/session/stepping.ts';
import { stepBack, travel } from '../../engine/session/travel.ts';
import { example } from '../example.ts';
import { networks } from '../property/networks.ts';
import { runs } from '../property/runs.ts';

const MEGABYTE = 2 ** 20;
const small = ['autograd', 'custom-function', 'custom-module', 'dynamic-net', 'static-graph', 'tensors-by-hand', 'xor'];

async function start(document: GraphDocument, mode: Mode = document.run.mode, history = 64 * MEGABYTE) {
  const created = await Session.create(
    { ...document, run: { ...document.run, mode } },
    { backend: createReferenceBackend(), files: nodeFiles('.'), history },
  );
  if (created.session === undefined) throw new Error(created.diagnostics.map((d) => d.message).join('\n'));
  return created.session;
}

/** Trains `iterations` and holds every entry that was done against what was known before it ran. */
function expectEntriesAsForetold(session: Session, iterations: number): void {
  let done: Entry[] = [];
  session.start(iterations);
  session.run((cursor, entry) => {
    if (cursor.phase === 'evaluate') return false;
    const last = done.at(-1);
    if (last !== entry) done.push(entry);
    if (cursor.phase !== 'batch') return false;
    const told = session.moment()?.entries.list ?? [];
    expect(done.map(({ phase, address, name }) => ({ phase, address, op: name }))).toEqual(
      told.map(({ phase, address, op }) => ({ phase, address, op })),
    );
    done = [];
    return cursor.iteration >= iterations;
  });
}

describe('the entries of an iteration', { timeout: 60_000 }, () => {
  it.each(small)('are foretold for %s', async (id) => {
    for (const mode of ['dynamic', 'static'] as const) expectEntriesAsForetold(await start(example(id), mode), 4);
  });

  it('are foretold for networks of any structure', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async (document) => expectEntriesAsForetold(await start(document), 2)),
      runs(30, 500),
    );
  });
});

/** All that an iteration holds at this moment, to the bit: what every entry reads and makes, and the parameters. */
function pictureOf(session: Session): unknown {
  const moment = session.moment();
  const read = (array: Parameters<typeof session.backend.readSync>[0] | undefined) =>
    array && [...session.backend.readSync(array).subarray(0, 50)];
  return {
    place: placeOf(session),
    entries: moment?.entries.list.map(({ inputs, outputs }) =>
      [...inputs, ...outputs].map((ref) => read(moment.array(ref))),
    ),
    weights: session.program.parameters.map(({ address }) => read(session.parameter(address))),
  };
}

const never = () => false;
const go = async (session: Session, iteration: number, position = 0) => travel(session, { iteration, position }, never);

describe('the arrays of an iteration that is over', { timeout: 60_000 }, () => {
  it.each(small.flatMap((id) => (['dynamic', 'static'] as const).map((mode) => [id, mode] as const)))(
    'are all there: %s, %s mode',
    async (id, mode) => {
      const session = await start(example(id), mode);
      for (let i = 1; i <= 3; i++) {
        await go(session, i);
        const moment = session.moment();
        const missing = moment?.entries.list.flatMap(({ phase, op, inputs, outputs }, position) =>
          [...inputs, ...outputs]
            // A gradient begins with nothing before it, and some are cleared in the end.
            .filter((ref) => ref.of !== 'before' && !(ref.of === 'gradient' && moment.entries.parameters.has(ref.slot)))
            .filter((ref) => moment.array(ref) === undefined)
            .map((ref) => ({ position, phase, op, ref })),
        );
        expect(missing).toEqual([]);
      }
    },
  );
});

describe('stepping', { timeout: 60_000 }, () => {
  it.each(small.flatMap((id) => (['dynamic', 'static'] as const).map((mode) => [id, mode] as const)))(
    'through %s back and forward again gives the same bits, in %s mode',
    async (id, mode) => {
      const session = await start(example(id), mode);
      session.rememberAll(true);
      const pictures: unknown[] = [pictureOf(session)];
      for (let i = 1; i <= 4; i++) {
        expect(await go(session, i)).toBe('arrived');
        pictures.push(pictureOf(session));
      }
      for (const i of [3, 1, 4, 2, 0, 4]) {
        expect(await go(session, i)).toBe('arrived');
        expect(pictureOf(session)).toEqual(pictures[i]);
      }
      const length = session.moment()?.entries.list.length ?? 0;
      await go(session, 2, Math.floor(length / 2));
      const middle = pictureOf(session);
      expect(await stepBack(session, never)).toBe('arrived');
      expect(placeOf(session)).toEqual({ iteration: 2, position: Math.floor(length / 2) - 1 });
      session.run(stepDone(session, 'entry'));
      expect(pictureOf(session)).toEqual(middle);
    },
  );
});
