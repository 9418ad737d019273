import { defineConfig } from 'vitest/config';

/** Faults, kills, load and the protocol's model: minutes, so no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['tests/{bench,faults,kill,load,model}/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
});
