import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Exploration, explore } from './suite/explore.js';
import { FAULT_KINDS, OUTCOMES } from './suite/tally.js';

// A few hundred schedules wait more than they compute, but compute they do.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const LANES = 8;
const FIXED_SEED = 1_906;
const randomSeed = Math.floor(Math.random() * 2 ** 31);

const explorations: Exploration[] = [];

async function exploreAll(seed: number, runs: number): Promise<void> {
  const exploration = await explore({ seed, runs, lanes: LANES });
  explorations.push(exploration);
  const accounts = exploration.failures.map(
    ({ seed: failed, path, account }) =>
      `${account}\n\nReplay with: npm run test:faults -- --seed ${failed} --path ${path}`,
  );
  if (accounts.length > 0) throw new Error(accounts.join('\n\n'));
  expect(exploration.tally.schedules).toBe(runs);
}

describe('random schedules of faults, overlapping runs, repeated pushes and clock steps', () => {
  it(`break no invariant (seed ${FIXED_SEED})`, () => exploreAll(FIXED_SEED, 200));

  it(`break no invariant (random seed ${randomSeed})`, () => exploreAll(randomSeed, 100));

  afterAll(() => {
    const tallies = explorations.map(({ tally }) => tally);
    const seen = (counts: 'faults' | 'outcomes' | 'late') =>
      tallies.flatMap((tally) => [...tally[counts].keys()]);
    // What is never injected or never comes out is not tested.
    expect(seen('faults')).toEqual(expect.arrayContaining([...FAULT_KINDS]));
    expect(seen('outcomes')).toEqual(expect.arrayContaining([...OUTCOMES]));
    expect(seen('late')).toEqual(expect.arrayContaining(['claim', 'commit', 'settle']));
  });
});
