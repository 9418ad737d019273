import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // In a real browser: `npm run test:page`.
    exclude: ['tests/page/browser/**', 'node_modules/**'],
    testTimeout: 15_000,
    allowOnly: false,
  },
});
