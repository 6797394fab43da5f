import { describe, expect, it } from 'vitest';
import { type FromTracer, serveTraces, supervisedTracer, type TraceRequest } from '../../../engine/functions/tracer.ts';
import { inProcessPorts } from '../../../engine/protocol/port.ts';
import { floats, myReLU } from './sources.ts';

const signature = floats([2, 3]);

/** Threads as a host gives them: what each does is `behave`, with its end of the port and a way to die. */
function hostOf(
  ...behaviours: ((port: ReturnType<typeof inProcessPorts<FromTracer, TraceRequest>>[0], die: () => void) => void)[]
) {
  const events: string[] = [];
  const start = () => {
    const [inside, port] = inProcessPorts<FromTracer, TraceRequest>();
    const deaths = new Set<(reason: string) => void>();
    const number = events.filter((event) => event.startsWith('start')).length;
    events.push(`start ${number}`);
    queueMicrotask(() =>
      (behaviours[number] ?? serveTraces)(inside, () => {
        for (const listener of deaths) listener('out of memory');
      }),
    );
    return {
      port,
      onDeath: (listener: (reason: string) => void) => {
        deaths.add(listener);
        return () => deaths.delete(listener);
      },
      terminate: () => events.push(`end ${number}`),
    };
  };
  return { events, trace: supervisedTracer(start, { start: 2000, trace: 500 }) };
}

describe('a tracer in threads', () => {
  it('uses one thread for functions that end, and asks it one after the other', async () => {
    const { trace, events } = hostOf();
    const results = await Promise.all([
      trace(myReLU, signature),
      trace('no code', signature),
      trace(myReLU, signature),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(events).toEqual(['start 0']);
  });

  it('ends a thread that does not answer, tells of it at the function, and goes on with another', async () => {
    const { trace, events } = hostOf((port) => port.post('ready'));
    const [slow, next] = await Promise.all([trace('for (;;);', signature), trace(myReLU, signature)]);
    expect(slow).toMatchObject({ ok: false, problem: { code: 'too-slow' } });
    expect(next.ok).toBe(true);
    expect(events).toEqual(['start 0', 'end 0', 'start 1']);
  });

  it('tells why a thread died, and goes on with another', async () => {
    const { trace, events } = hostOf((port, die) => {
      port.listen(die);
      port.post('ready');
    });
    expect(await trace(myReLU, signature)).toMatchObject({
      ok: false,
      problem: { code: 'sandbox-failed', message: expect.stringContaining('out of memory') },
    });
    expect((await trace(myReLU, signature)).ok).toBe(true);
    expect(events).toEqual(['start 0', 'end 0', 'start 1']);
  });

  it('tells of a thread that never begins', async () => {
    const { trace } = hostOf((_port, die) => die());
    expect(await trace(myReLU, signature)).toMatchObject({ ok: false, problem: { code: 'sandbox-failed' } });
  });
});
