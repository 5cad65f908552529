import { defineConfig } from 'vitest/config';
import short from './vitest.config.ts';

/** What takes minutes: `npm run test:long`, after `npm cit`. */
export default defineConfig({
  test: { ...short.test, include: ['test/**/*.long.ts'], provide: { long: true } },
});
