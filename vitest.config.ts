import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [
      'node_modules/**',
      // In a real browser: `npm run test:page`.
      'tests/page/browser/**',
    ],
    // No test keeps state in a module, so modules are loaded once for each worker and not once for each file.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 15_000,
    allowOnly: false,
  },
});
