import { expect, it } from 'vitest';
import { checkCalm } from './support/calm.js';

const SEED = 20_261_127;

it('is never calmer than the answers of the last 24 hours, and never normal without them', async () => {
  await expect(checkCalm({ runs: 1_000, seed: SEED })).resolves.toBeUndefined();
});
