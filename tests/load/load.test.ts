import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Stack, startStack } from '../../local/stack.js';
import { applyLoad } from './support/apply-load.js';
import { checkLoad, NAMESPACE } from './support/check-load.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { KEY_NAMESPACE: NAMESPACE }, onLog: () => undefined });
});
afterAll(() => stack.close());

// The full load is a command of its own: npm run test:load.
it('answers many calls at once honestly, and stores everything once', async () => {
  const answers = await applyLoad(stack, { crons: 6, pushes: 24 });

  expect(answers).toHaveLength(30);
  expect(await checkLoad(stack, answers)).toEqual([]);
});
