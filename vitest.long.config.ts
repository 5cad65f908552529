import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run test:long`, after `npm cit`. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    maxWorkers: '100%',
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
