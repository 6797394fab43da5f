import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DESCRIPTION = 'vk_swiftshader_icd.json';
/** Where Debian's Chromium lies, which is started by a script. */
const PLACES = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** SwiftShader, a Vulkan that the CPU computes, comes with Chromium: what describes it to Vulkan's loader. */
export function swiftShader(chromium: string | undefined): string | undefined {
  const beside = chromium === undefined || !existsSync(chromium) ? [] : [dirname(realpathSync(chromium))];
  return [...beside, ...PLACES].map((folder) => join(folder, DESCRIPTION)).find((file) => existsSync(file));
}
