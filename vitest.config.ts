import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { swiftShader } from './test/runner/swiftshader.ts';

// A GPU that the CPU computes, where nobody has named another.
const vulkan = process.env.VK_DRIVER_FILES ?? swiftShader(process.env.CHROME_PATH);
if (vulkan !== undefined) process.env.VK_DRIVER_FILES = vulkan;

const suite = (name: string, more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], environment: 'node', ...more },
});

/** Suites that look at what was built; the runner has built already, a single run builds first. */
const built = { globalSetup: ['test/runner/built.ts'], hookTimeout: 120_000 };

export default defineConfig({
  plugins: [react()],
  test: {
    maxWorkers: 2,
    projects: [
      // A busy machine is no failure.
      suite('unit', { testTimeout: 30_000 }),
      suite('property', { testTimeout: process.env.GRADLOOM_SOAK ? 1_800_000 : 60_000 }),
      suite('contract', { ...built, testTimeout: 60_000 }),
      // In the soak once more with V8's flag for wider vectors.
      suite('parity', { testTimeout: 120_000, execArgv: process.env.GRADLOOM_V8_FLAGS?.split(' ') ?? [] }),
      suite('security', { testTimeout: 60_000 }),
      // One browser at a time: two would fight for the cores and measure each other. What is polled for may take as long as
      // what Playwright waits for: a busy machine is no failure.
      suite('e2e', { ...built, testTimeout: 180_000, fileParallelism: false, expect: { poll: { timeout: 30_000 } } }),
    ],
  },
});
