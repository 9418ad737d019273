import { describe, expect, it } from 'vitest';
import type { Env } from '../../../../lib/config.js';
import { runGroup } from '../../../../local/doctor/check.js';
import { environmentGroup, namesStore } from '../../../../local/doctor/settings/environment.js';

const GOOD = {
  CRON_SECRET: 'a-secret-of-20-chars',
  UPSTASH_REDIS_REST_URL: 'https://db.upstash.io',
  UPSTASH_REDIS_REST_TOKEN: 'store-token-7f3a',
};

const check = (env: Env) => runGroup(environmentGroup(env), new AbortController().signal);

async function notOk(env: Env) {
  const findings = await check(env);
  return findings.filter(({ status }) => status !== 'ok');
}

describe('environmentGroup', () => {
  it('finds nothing wrong with a good environment', async () => {
    expect(await notOk(GOOD)).toEqual([]);
    expect(await notOk({ ...GOOD, READ_TOKEN: 'a-token-of-19-chars' })).toEqual([]);
  });

  it('names every fault at once, each with what to do', async () => {
    const findings = await notOk({ RUN_BUDGET_MS: 'soon', KEY_NAMESPACE: 'a b', GDACS_URL: 'gdacs' });
    expect(findings.map(({ status, subject }) => `${status} ${subject}`)).toEqual([
      'fail UPSTASH_REDIS_REST_URL',
      'fail UPSTASH_REDIS_REST_TOKEN',
      'fail CRON_SECRET',
      'fail KEY_NAMESPACE',
      'fail RUN_BUDGET_MS',
      'fail GDACS_URL',
    ]);
    expect(findings).toEqual(
      findings.map((finding) => ({ ...finding, advice: expect.stringMatching(/.{20}/) })),
    );
  });

  it.each([
    ['a CRON_SECRET that may be guessed', { CRON_SECRET: 'short' }, 'warn CRON_SECRET has fewer than 16'],
    [
      'a CRON_SECRET no header carries',
      { CRON_SECRET: 'geheim-schlüssel-1234' },
      'fail CRON_SECRET has characters',
    ],
    ['a READ_TOKEN that may be guessed', { READ_TOKEN: 'short' }, 'warn READ_TOKEN has fewer than 16'],
    [
      'a READ_TOKEN no header carries',
      { READ_TOKEN: 'a\u0007-of-17-letters' },
      'fail READ_TOKEN has characters',
    ],
    ['one secret for both', { READ_TOKEN: GOOD.CRON_SECRET }, 'warn READ_TOKEN is the same as CRON_SECRET'],
    ['two databases', { KV_REST_API_URL: 'https://another.upstash.io' }, 'warn store UPSTASH_REDIS_REST_'],
    ['a URL without TLS', { UPSTASH_REDIS_REST_URL: 'http://db.upstash.io' }, 'warn store its URL is http'],
  ])('tells of %s', async (_what, change, expected) => {
    const findings = await notOk({ ...GOOD, ...change });
    expect(findings.map(({ status, subject, seen }) => `${status} ${subject} ${seen}`)).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it('reports a URL and a token from different pairs', async () => {
    const { UPSTASH_REDIS_REST_TOKEN, ...rest } = GOOD;
    expect(await notOk({ ...rest, KV_REST_API_TOKEN: UPSTASH_REDIS_REST_TOKEN })).toMatchObject([
      {
        status: 'warn',
        subject: 'store',
        seen: 'the URL is from one pair of variables and the token from the other',
      },
    ]);
  });

  it('takes http to this machine for granted', async () => {
    expect(await notOk({ ...GOOD, UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:8079' })).toEqual([]);
  });
});

it('reports what the platform left out, and what to do where only these variables lack it', async () => {
  expect(await notOk({ ...GOOD, VERCEL: '1' })).toMatchObject([
    { subject: 'VERCEL_ENV', advice: expect.stringContaining('--environment') },
  ]);
  expect(await notOk({ ...GOOD, VERCEL: '1', VERCEL_ENV: 'preview' })).toMatchObject([
    { subject: 'VERCEL_GIT_COMMIT_SHA', advice: expect.stringContaining('the commit of the preview') },
  ]);
});

describe('namesStore', () => {
  it.each([
    [{}, false],
    [{ CRON_SECRET: 'x', UPSTASH_REDIS_REST_URL: ' ' }, false],
    [{ KV_REST_API_TOKEN: 'x' }, true],
    [{ UPSTASH_REDIS_REST_URL: 'x' }, true],
  ])('%j: %s', (env, expected) => {
    expect(namesStore(env)).toBe(expected);
  });
});
