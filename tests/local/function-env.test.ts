import { expect, it } from 'vitest';
import { functionEnv } from '../../local/stack.js';

const parts = {
  env: {
    RUN_BUDGET_MS: '900',
    KEY_NAMESPACE: ' ',
    GDACS_URL: 'http://mine/',
    UPSTASH_REDIS_REST_URL: 'https://production',
    PATH: '/bin',
  },
  gateway: { url: 'http://gateway', token: 'token' },
  feeds: { urls: { GDACS_URL: 'http://samples/gdacs', USGS_URL: 'http://samples/usgs' } },
  cronSecret: 'secret',
};

it('ties the functions to the gateway and the samples, and passes on the few settings there are', () => {
  expect(functionEnv(parts)).toEqual({
    RUN_BUDGET_MS: '900',
    GDACS_URL: 'http://samples/gdacs',
    USGS_URL: 'http://samples/usgs',
    UPSTASH_REDIS_REST_URL: 'http://gateway',
    UPSTASH_REDIS_REST_TOKEN: 'token',
    CRON_SECRET: 'secret',
  });
});

it('leaves the feeds to the functions, or to overrides, when the real ones are read', () => {
  const env = functionEnv({ ...parts, feeds: null });
  expect(env.GDACS_URL).toBe('http://mine/');
  expect(env).not.toHaveProperty('USGS_URL');
});
