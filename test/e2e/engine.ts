import { createCpuBackend } from '../../engine/backends/cpu.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { Breakpoint, GraphDocument } from '../../engine/graph/document.ts';
import type { Ref } from '../../engine/program/entries.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';
import type { StepKind } from '../../engine/session/stepping.ts';
import type { Fault } from '../../engine/session/summary.ts';
import { formatFigure } from '../../renderer/nodes/figures.ts';
import { example } from '../example.ts';

/** The engine beside the app: the same document, stepped without any screen, whose numbers the screen has to show. */

/** A session of a document that is stepped here. */
export class Engine {
  readonly session: Session;
  readonly debug: Debugger;
  /** The last NaN that it stopped at. */
  fault: Fault | undefined;

  private constructor(session: Session, breakpoints: readonly Breakpoint[]) {
    this.session = session;
    this.debug = new Debugger(session);
    session.onStep = (step, loss) => this.debug.finished(step, loss);
    this.debug.breakAt(breakpoints, true);
  }

  static async of(document: GraphDocument, breakpoints: readonly Breakpoint[] = []): Promise<Engine> {
    const { session, diagnostics } = await Session.create(document, {
      backend: createCpuBackend(),
      files: nodeFiles('.'),
      history: 64 * 2 ** 20,
    });
    if (session === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return new Engine(session, breakpoints);
  }

  /** Until the next breakpoint, the first NaN or the end. */
  async train(): Promise<void> {
    this.session.start();
    await this.debug.train(never);
    this.fault = this.debug.report().fault;
  }

  step = (kind: StepKind | 'back') => this.debug.step(kind, never);

  /** To where the entry at a position of this iteration is done. */
  goTo = (position: number) => this.debug.travel({ iteration: this.session.iteration, position: position + 1 }, never);

  /** Where the run stands: the position of the entry that was done last. */
  get last(): number {
    return (this.debug.tape()?.done ?? 0) - 1;
  }

  /** The first elements of a tensor. */
  elements = (ref: Ref, count: number): number[] => [...(this.debug.tensor(ref, 0, count)?.values ?? [])];
}

const never = () => false;

/** As the app writes it. */
export const figure = (value: number): string => formatFigure(value, 4);

/**
 * A network that trains well for a while: it takes the logarithm of what was above zero at first, and is pulled below by some
 * of the targets.
 */
export function plantedNaN(): GraphDocument {
  const document = example('nn-sequential');
  const wires = document.wires.map((wire) => (wire.to === 'loss.input' ? { ...wire, from: 'log.output' } : wire));
  const from = document.wires.find(({ to }) => to === 'loss.input')?.from ?? '';
  return {
    ...document,
    nodes: [
      ...document.nodes,
      { id: 'two', kind: 'Constant', settings: { value: 2 } },
      { id: 'shifted', kind: 'Add', settings: {} },
      { id: 'log', kind: 'Log', settings: {} },
    ],
    wires: [
      ...wires,
      { from, to: 'shifted.input' },
      { from: 'two.output', to: 'shifted.other' },
      { from: 'shifted.output', to: 'log.input' },
    ],
    run: { ...document.run, batchSize: 16 },
    view: {
      ...document.view,
      nodes: {
        ...document.view.nodes,
        two: { x: 420, y: 420 },
        shifted: { x: 600, y: 400 },
        log: { x: 780, y: 400 },
      },
    },
  };
}
