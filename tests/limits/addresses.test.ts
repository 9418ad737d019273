import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { allowSlowAddresses, SLOW_ADDRESS_MS } from '../../lib/limits/network.js';
import { startSlowAddress } from '../support/slow-address.js';

beforeEach(() => {
  const before = getDefaultAutoSelectFamilyAttemptTimeout();
  onTestFinished(() => setDefaultAutoSelectFamilyAttemptTimeout(before));
});

it('lets fetch reach a host with a slow address and an unreachable one', async () => {
  const url = await startSlowAddress();
  allowSlowAddresses();

  const response = await fetch(url);

  expect(await response.text()).toBe('hello');
});

it('keeps a longer time that the process has set', () => {
  setDefaultAutoSelectFamilyAttemptTimeout(SLOW_ADDRESS_MS + 1);
  allowSlowAddresses();

  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBe(SLOW_ADDRESS_MS + 1);
});
