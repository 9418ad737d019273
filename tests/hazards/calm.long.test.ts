import { expect, it } from 'vitest';
import { checkCalm } from './support/calm.js';

const SEED = 20_261_127;

it('is never calmer than what was heard within 24 hours, and never normal on what was not', async () => {
  await expect(checkCalm({ runs: 1_000, seed: SEED })).resolves.toBeUndefined();
});
