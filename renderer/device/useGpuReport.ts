import { useEffect } from 'react';
import { engine } from '../host/engine.ts';
import { useGpu } from '../stores/device.ts';
import { useRun } from '../stores/run.ts';

/** What is known of the GPU. `isWanted` has the engine look for it: once, and again when it was not wanted meanwhile. */
export function useGpuReport(isWanted: boolean) {
  const isReady = useRun((state) => state.engine === 'ready');
  useEffect(() => {
    if (!isWanted || !isReady) return;
    let over = false;
    // An engine that is lost meanwhile tells nothing; the next one is asked.
    void engine.lookForGpu().then(
      (report) => over || useGpu.setState({ report }),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [isWanted, isReady]);
  return useGpu((state) => state.report);
}
