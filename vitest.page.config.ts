import { defineConfig } from 'vitest/config';

/** The page in a real browser: needs Chromium, and so is no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['tests/page/browser/**/*.test.ts'],
    // Each file starts a whole stack.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    allowOnly: false,
  },
});
