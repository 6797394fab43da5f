import { buildAll } from '../../electron/launch/bundles.ts';

export default async function setup(): Promise<void> {
  if (!process.env.GRADLOOM_BUILT) await buildAll();
}
