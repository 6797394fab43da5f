import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { type DocumentNode, type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import { gradientFlow } from '../../engine/program/no_gradient.ts';
import { Session } from '../../engine/session/session.ts';
import { networks } from './networks.ts';
import { runs } from './runs.ts';

/** Puts a Detach into a wire, in the frame in which the wire runs. */
function detached(document: GraphDocument, nth: number): GraphDocument {
  const at = nth % document.wires.length;
  const wire = document.wires[at];
  const to = document.nodes.find(({ id }) => id === splitPort(wire?.to ?? '').node);
  if (wire === undefined || to === undefined || to.kind === 'SGD' || to.kind === 'Adam') return document;
  const id = `detach${document.nodes.length}`;
  // A wire to the inner side of a loop's border runs in the loop.
  const parent = splitPort(wire.to).port === 'next' ? to.id : to.parent;
  const node: DocumentNode = { id, kind: 'Detach', settings: {}, ...(parent === undefined ? {} : { parent }) };
  const wires = document.wires.toSpliced(
    at,
    1,
    { from: wire.from, to: `${id}.input` },
    { from: `${id}.output`, to: wire.to },
  );
  return { ...document, nodes: [...document.nodes, node], wires };
}

/** Hangs a layer on the input that nothing reads. */
const withUnused = (document: GraphDocument): GraphDocument => ({
  ...document,
  nodes: [...document.nodes, { id: 'unused', kind: 'Linear', settings: { outFeatures: 2 } }],
  wires: [...document.wires, { from: 'x.output', to: 'unused.input' }],
});

const cutNetworks = fc
  .record({ document: networks, cuts: fc.array(fc.nat(1000), { maxLength: 3 }), unused: fc.boolean() })
  .map(({ document, cuts, unused }) => cuts.reduce(detached, unused ? withUnused(document) : document));

async function start(document: GraphDocument): Promise<Session> {
  const options = { backend: createReferenceBackend(), files: nodeFiles('.') };
  const { session, diagnostics } = await Session.create(document, options);
  return session ?? expect.fail(JSON.stringify(diagnostics));
}

it('a value has a reason exactly where the backward pass leaves it without a gradient', async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cutNetworks, async (document) => {
      const session = await start(document);
      session.start(2);
      for (let i = 0; i < 2; i++) {
        // Just before the update, which clears gradients of nothing but parameters.
        session.run((cursor) => cursor.phase === 'update' || cursor.phase === 'batch');
        const moment = session.moment() ?? expect.fail('no pass');
        const { schedule } = moment.pass;
        const flow = gradientFlow(schedule);
        const { start: begin, list } = moment.entries;
        const slots = [
          ...schedule.steps.flatMap(({ outputs }) => outputs),
          ...schedule.program.data.flatMap(({ outputs }) => outputs.map(({ slot }) => slot)),
          ...schedule.program.parameters.map(({ slot }) => slot),
        ];
        for (const slot of slots) {
          const why = flow.ofSlot(slot);
          if (why !== undefined) met.add(why.kind);
          const isParameter = moment.entries.parameters.has(slot);
          const has = isParameter ? moment.entries.accumulations.has(slot) : moment.gradient(slot) !== undefined;
          expect([slot, why === undefined]).toEqual([slot, has]);
        }
        for (const { address } of schedule.program.parameters) {
          const given = list.some(({ parameter }) => parameter === address);
          expect([address, flow.without.parameters[address] === undefined]).toEqual([address, given]);
        }
        // A use of a value has a reason exactly where its operation gives nothing back through it.
        for (const [n, { inputs }] of schedule.steps.entries())
          for (const input of inputs.keys()) {
            const given = list.some(
              ({ forward, outputs }) =>
                forward === begin.forward + n &&
                outputs.some((ref) => ref.of === 'contribution' && ref.input === input),
            );
            expect(flow.ofInput(begin.forward + n, input) === undefined).toBe(given);
          }
        // And a node that the backward pass comes to has none.
        const walked = new Set(list.filter(({ phase }) => phase === 'backward').map(({ address }) => address));
        for (const [address] of Object.entries(flow.without.nodes)) expect(walked).not.toContain(address);
        for (const { address } of schedule.steps)
          if (!walked.has(address)) expect(Object.keys(flow.without.nodes)).toContain(address);
        session.run((cursor) => cursor.phase === 'batch');
      }
      session.close();
    }),
    runs(60, 600),
  );
  expect([...met].sort()).toEqual(['constant', 'data', 'detached', 'notRun', 'unused']);
});
