import { serveGpu } from '../../../../engine/protocol/gpu_threads.ts';

/** The thread that owns the device which Gradloom computes on. */
serveGpu(globalThis);
