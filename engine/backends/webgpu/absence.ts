/** Why there is no GPU. The interface has these sentences in other languages, too. */
export const ABSENCE = {
  /** The browser knows of WebGPU, and finds nothing to offer. */
  adapter: 'no GPU was found',
  api: 'this browser has no WebGPU',
  /** Whoever waits for a GPU waits in memory that threads share. */
  isolation: 'this page is not isolated from others, and shares no memory with threads',
  package: 'the optional package webgpu is not installed, or not for this system',
  /** In Node, the engine's worker has no way to one; the command line has its own. */
  surroundings: 'this engine knows no way to a GPU',
  silence: 'the GPU does not answer',
} as const;

const OTHERWISE = 'Update the driver of the graphics card and start Gradloom again';
const REMEDIES: ReadonlyMap<string, string> = new Map([
  [ABSENCE.adapter, 'Install or update the driver of the graphics card'],
  [ABSENCE.api, 'Use a browser that has WebGPU, such as a recent Chrome or Edge'],
  [ABSENCE.isolation, 'Open Gradloom at the address that its own server gives'],
  [ABSENCE.package, 'Install the package webgpu and a driver for Vulkan, Metal or Direct3D 12'],
  [ABSENCE.surroundings, 'Train at the command line'],
]);

/** What helps where there is no GPU for this reason: `ABSENCE`, or whatever a driver says. */
export const remedyFor = (reason: string): string => REMEDIES.get(reason) ?? OTHERWISE;
