import { existsSync } from 'node:fs';
import { attempt, isDebianRoot } from './chromium.ts';

/** Where the distributions put it. */
const LOADERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '.'].flatMap((folder) => [
  `/usr/lib/${folder}/libvulkan.so.1`,
  `/usr/lib64/${folder}/libvulkan.so.1`,
]);

/** Vulkan's loader, which a GPU is reached through in Node: found, or installed where that is possible. Says which. */
export function provideVulkan(): void {
  if (process.platform !== 'linux') return;
  const isThere = () => LOADERS.some((file) => existsSync(file));
  if (!isThere() && isDebianRoot()) attempt('apt-get', ['install', '-y', 'libvulkan1']);
  console.log(
    isThere() ? 'Vulkan: its loader is there.' : 'No loader of Vulkan: what is tested on WebGPU in Node is SKIPPED.',
  );
}
