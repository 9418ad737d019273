import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

type Suite = NonNullable<ViteUserConfig['test']>;

/** Random fault schedules, killed processes and load, and every file whose name says that it takes long. */
const LONG = ['tests/**/*.long.test.ts', 'tests/{kill,load}/**/*.test.ts'];

/**
 * What `vitest run --mode NAME` runs. The mode `test`, which is Vitest's own default, is `npm test`. It needs nothing
 * but the packages of package-lock.json. CONTRIBUTING.md says what the others need and how long they take.
 */
const SUITES: Record<string, Suite> = {
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [...LONG, 'tests/{package,platform,fan-out}/**', 'tests/page/browser/**'],
    testTimeout: 15_000,
    // One more than there are cores, because much of what is tested waits for timers.
    maxWorkers: availableParallelism() + 1,
  },
  long: { include: LONG, testTimeout: 120_000 },
  // In Chromium. Each file starts a whole stack, and so do the two below.
  page: oneByOne('tests/page/browser/**/*.test.ts'),
  // In empty projects that npm installs the packed package into.
  package: oneByOne('tests/package/**/*.test.ts'),
  // In `vercel dev`.
  platform: oneByOne('tests/platform/**/*.test.ts'),
  // As `platform`, with the packed package in the project of examples/fan-out. Each call of a function is a process:
  // where
  // they pile up on a busy machine, the first test that runs out of time ends the file.
  'fan-out': { ...oneByOne('tests/fan-out/**/*.test.ts'), bail: 1 },
};

export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  if (suite === undefined)
    throw new Error(`There is no suite "${mode}", only ${Object.keys(SUITES).join(', ')}.`);
  return {
    test: {
      // Modules are loaded once per worker instead of once per file: no test keeps state in a module.
      isolate: false,
      maxWorkers: '100%',
      allowOnly: false,
      // Failures and a summary. The output of tests that pass is left out.
      reporters: ['minimal'],
      silent: 'passed-only',
      ...suite,
    },
  };
});

function oneByOne(pattern: string): Suite {
  return { include: [pattern], fileParallelism: false, testTimeout: 60_000, hookTimeout: 300_000 };
}
