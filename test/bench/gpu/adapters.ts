import type { Adapter } from '../../../engine/backends/webgpu/messages.ts';

/** Which adapter a browser is to compute on, and how it is started for it. */
export const ADAPTERS = ['real', 'software'] as const;
export type AdapterChoice = (typeof ADAPTERS)[number];

export const browserFlags: Readonly<Record<AdapterChoice, readonly string[]>> = {
  real: ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist', '--enable-features=Vulkan'],
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
};

/** The adapter that a page is given. */
export type FoundAdapter = Pick<Adapter, 'name' | 'isSoftware'>;

/** Asked in the page; undefined where it has none. */
export async function lookForAdapter(): Promise<FoundAdapter | undefined> {
  // Where there is no WebGPU the property is not there, whatever the types say.
  const { gpu } = navigator as { readonly gpu?: GPU };
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter == null) return undefined;
  const { description, device, architecture, vendor, isFallbackAdapter } = adapter.info;
  return {
    name: description || device || architecture || vendor || 'unnamed',
    isSoftware: isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${architecture} ${description}`),
  };
}
