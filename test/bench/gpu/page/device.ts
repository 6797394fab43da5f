import { serveGpu } from '../../../../engine/protocol/gpu_threads.ts';
import type { EventPort } from '../../../../engine/protocol/port.ts';

/** The thread that owns the device which Gradloom computes on. */
serveGpu(globalThis as unknown as EventPort);
