import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/cli/bundle.ts'],
    provide: { long: false },
    // Modules that tests write into folders of their own are imported as Node does it.
    server: { deps: { external: [/\/vmcheck-[^/]+\/.*\.[cm]?[jt]s$/] } },
    // Every core: what waits, waits for a sign, and what measures memory
    // does so in its own process.
    maxWorkers: '100%',
    // Ends what hangs; no test passes or fails by how fast the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
