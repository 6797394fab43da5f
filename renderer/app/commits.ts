/**
 * Counts React's commits through the hook that React offers to its developer tools. Only where the address asks for it,
 * and before React is loaded: end-to-end tests prove with it that a frame of numbers costs no commit.
 */
export const isTested = new URLSearchParams(location.search).has('e2e');

let count = 0;
export const commits = (): number => count;

if (isTested)
  Object.defineProperty(window, '__REACT_DEVTOOLS_GLOBAL_HOOK__', {
    value: {
      renderers: new Map(),
      supportsFiber: true,
      inject: () => 1,
      checkDCE: () => undefined,
      onCommitFiberRoot: () => {
        count += 1;
      },
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
      onScheduleFiberRoot: () => undefined,
    },
  });
