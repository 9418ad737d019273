import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { composeSource } from '../../lib/compose.js';
import { parseConfig } from '../../lib/config.js';
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

it('is what a deployment allows its feeds', () => {
  const parsed = parseConfig({
    UPSTASH_REDIS_REST_URL: 'https://example.org',
    UPSTASH_REDIS_REST_TOKEN: 'x',
    CRON_SECRET: 'y',
  });
  if (!parsed.ok) throw new Error('the configuration is not valid');
  setDefaultAutoSelectFamilyAttemptTimeout(250);

  composeSource(parsed.config);

  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBe(SLOW_ADDRESS_MS);
});
