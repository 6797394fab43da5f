/** A thread that shares the work of large kernels, and nothing else: what `startPoolThread` starts. */

import { servePool } from '../protocol/pool_threads.ts';
import { node } from './node.ts';

const port = node?.threads.parentPort;
if (port) port.once('message', servePool);
else
  addEventListener('message', ({ data }) => {
    servePool(data);
    close();
  });
