import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, type Env, parseConfig, readVariable } from '../lib/config.js';

const REQUIRED = {
  UPSTASH_REDIS_REST_URL: 'https://eu1-example.upstash.io',
  UPSTASH_REDIS_REST_TOKEN: 'token-of-the-store',
  CRON_SECRET: 'secret-of-the-cron',
};

function configOf(env: Env = {}): Config {
  const result = parseConfig({ ...REQUIRED, ...env });
  if (result.ok) return result.config;
  throw new Error(`refused: ${JSON.stringify(result.faults)}`);
}

/** The faults as `VARIABLE message`. */
function faultsOf(env: Env): string[] {
  const result = parseConfig(env);
  return result.ok ? [] : result.faults.map(({ variable, message }) => `${variable} ${message}`);
}

describe('parseConfig', () => {
  it('needs three variables, and has a default for everything else', () => {
    expect(configOf()).toEqual({
      environment: 'development',
      store: {
        url: 'https://eu1-example.upstash.io',
        token: 'token-of-the-store',
        namespace: 'development:',
        retentionMs: 90 * 86_400_000,
      },
      cronSecret: 'secret-of-the-cron',
      readToken: undefined,
      budgetMs: 50_000,
      feeds: {},
    });
  });

  it('reads every variable, without the white space around its value', () => {
    const env = {
      VERCEL_ENV: 'preview',
      VERCEL_GIT_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
      UPSTASH_REDIS_REST_URL: ' http://127.0.0.1:8079 ',
      UPSTASH_REDIS_REST_TOKEN: '\ttoken\n',
      CRON_SECRET: ' cron secret ',
      READ_TOKEN: ' read-token ',
      HEARTBEAT_URL: ' https://hc-ping.com/1 ',
      ALERT_WEBHOOK_URL: ' https://hooks.slack.com/services/1 ',
      KEY_NAMESPACE: ' preview:mine: ',
      RUN_BUDGET_MS: ' 2000 ',
      GDACS_URL: ' http://127.0.0.1:1/gdacs ',
      GDACS_RSS_URL: ' http://127.0.0.1:1/rss ',
      USGS_URL: ' https://example.org/usgs ',
    };
    expect(configOf(env)).toEqual({
      environment: 'preview',
      store: {
        url: 'http://127.0.0.1:8079',
        token: 'token',
        namespace: 'preview:mine:',
        retentionMs: 86_400_000,
      },
      cronSecret: 'cron secret',
      readToken: 'read-token',
      heartbeatUrl: 'https://hc-ping.com/1',
      alertUrl: 'https://hooks.slack.com/services/1',
      budgetMs: 2_000,
      feeds: {
        GDACS_URL: 'http://127.0.0.1:1/gdacs',
        GDACS_RSS_URL: 'http://127.0.0.1:1/rss',
        USGS_URL: 'https://example.org/usgs',
      },
    });
  });

  it.each([undefined, '', ' ', '\t\n'])('names every missing variable at once when each is %j', (value) => {
    const env = { UPSTASH_REDIS_REST_URL: value, UPSTASH_REDIS_REST_TOKEN: value, CRON_SECRET: value };
    expect(faultsOf(env)).toEqual([
      'UPSTASH_REDIS_REST_URL is missing (KV_REST_API_URL is also accepted)',
      'UPSTASH_REDIS_REST_TOKEN is missing (KV_REST_API_TOKEN is also accepted)',
      'CRON_SECRET is missing: without it nobody may start a run',
    ]);
  });

  it.each(['', ' \n'])('treats an optional variable of %j as not set', (value) => {
    const optional = [
      'VERCEL',
      'VERCEL_ENV',
      'VERCEL_GIT_COMMIT_SHA',
      'READ_TOKEN',
      'KEY_NAMESPACE',
      'RUN_BUDGET_MS',
      'GDACS_URL',
      'USGS_URL',
    ];
    expect(configOf(Object.fromEntries(optional.map((name) => [name, value])))).toEqual(configOf());
  });

  it('names every wrong variable at once, that of the namespace too', () => {
    const env = {
      VERCEL_ENV: 'preview',
      VERCEL_GIT_COMMIT_SHA: 'main',
      UPSTASH_REDIS_REST_URL: 'redis://example.org',
      UPSTASH_REDIS_REST_TOKEN: 'two words',
      KEY_NAMESPACE: 'production',
      RUN_BUDGET_MS: '50s',
      GDACS_URL: 'gdacs.org',
      USGS_URL: 'file:///etc/passwd',
    };
    expect(faultsOf(env)).toEqual([
      'VERCEL_GIT_COMMIT_SHA must be a commit hash',
      'UPSTASH_REDIS_REST_URL must be an http or https URL',
      'UPSTASH_REDIS_REST_TOKEN must not contain white space',
      'CRON_SECRET is missing: without it nobody may start a run',
      'RUN_BUDGET_MS must be a number of milliseconds',
      'GDACS_URL must be an http or https URL',
      'USGS_URL must be an http or https URL',
      'KEY_NAMESPACE must begin with preview: on a preview deployment',
    ]);
  });

  it('never reveals a value in a fault, whatever the values are', () => {
    const MARK = 'sEcReT';
    const names = [
      'VERCEL',
      'VERCEL_ENV',
      'VERCEL_GIT_COMMIT_SHA',
      'UPSTASH_REDIS_REST_URL',
      'UPSTASH_REDIS_REST_TOKEN',
      'KV_REST_API_URL',
      'KV_REST_API_TOKEN',
      'CRON_SECRET',
      'READ_TOKEN',
      'KEY_NAMESPACE',
      'RUN_BUDGET_MS',
      'GDACS_URL',
      'USGS_URL',
    ];
    const value = fc.option(fc.tuple(fc.string(), fc.string()), { nil: undefined });
    const values = fc.array(value, { minLength: names.length, maxLength: names.length });
    fc.assert(
      fc.property(values, (drawn) => {
        const env = Object.fromEntries(
          names.map((name, i) => [name, drawn[i] === undefined ? undefined : drawn[i].join(MARK)]),
        );
        const faults = faultsOf(env);
        expect(faults).not.toEqual([]);
        expect(faults.join()).not.toContain(MARK);
      }),
    );
  });

  it.each(['HEARTBEAT_URL', 'ALERT_WEBHOOK_URL'])(
    'wants no credentials in %s, and does not tell them',
    (variable) => {
      for (const credentials of ['user:geheim', 'geheim', ':geheim']) {
        const [fault, ...others] = faultsOf({
          ...REQUIRED,
          [variable]: `https://${credentials}@example.com/`,
        });
        expect(fault).toMatch(`${variable} must not have a user name or password in it`);
        expect(fault).not.toContain('geheim');
        expect(others).toEqual([]);
      }
    },
  );

  it.each(['HEARTBEAT_URL', 'ALERT_WEBHOOK_URL'])('wants https in %s, except on this machine', (variable) => {
    for (const url of ['http://hc-ping.com/1', 'http://127.0.0.1.example/', 'ftp://127.0.0.1/', 'nonsense']) {
      expect(faultsOf({ ...REQUIRED, [variable]: url })).toEqual([`${variable} must be an https URL`]);
    }
    for (const url of ['http://127.0.0.1:9/1', 'http://localhost/1', 'http://[::1]:9/']) {
      expect(faultsOf({ ...REQUIRED, [variable]: url })).toEqual([]);
    }
  });

  describe('credentials under the names of the Vercel integration', () => {
    const { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN, ...rest } = REQUIRED;
    const KV = { KV_REST_API_URL: 'https://kv.example.org', KV_REST_API_TOKEN: 'kv-token' };

    it('are taken when ours are missing or empty', () => {
      const expected = { url: 'https://kv.example.org', token: 'kv-token' };
      for (const ours of [{}, { UPSTASH_REDIS_REST_URL: '', UPSTASH_REDIS_REST_TOKEN: ' ' }]) {
        const result = parseConfig({ ...rest, ...KV, ...ours });
        expect(result).toMatchObject({ ok: true, config: { store: expected } });
      }
    });

    it('give way to ours', () => {
      expect(configOf(KV).store).toMatchObject({
        url: UPSTASH_REDIS_REST_URL,
        token: UPSTASH_REDIS_REST_TOKEN,
      });
    });

    it('are named by the name under which they were found wrong', () => {
      const wrong = { KV_REST_API_URL: 'kv.example.org', KV_REST_API_TOKEN: 'two words' };
      expect(faultsOf({ ...rest, ...wrong })).toEqual([
        'KV_REST_API_URL must be an http or https URL',
        'KV_REST_API_TOKEN must not contain white space',
      ]);
    });
  });

  describe('the namespace', () => {
    const SHA = 'abcdef0123456789abcdef0123456789abcdef01';

    it.each<[Env, string]>([
      [{ VERCEL_ENV: 'production' }, ''],
      [{ VERCEL_ENV: 'production', VERCEL_GIT_COMMIT_SHA: SHA }, ''],
      [{ VERCEL_ENV: 'preview', VERCEL_GIT_COMMIT_SHA: SHA }, 'preview:abcdef01:'],
      [{ VERCEL: '1', VERCEL_ENV: 'preview', VERCEL_GIT_COMMIT_SHA: SHA }, 'preview:abcdef01:'],
      [{ VERCEL_ENV: 'development', VERCEL_GIT_COMMIT_SHA: SHA }, 'development:'],
      [{}, 'development:'],
      [{ VERCEL_ENV: 'production', KEY_NAMESPACE: 'blue:' }, 'blue:'],
      [{ VERCEL_ENV: 'preview', KEY_NAMESPACE: 'preview:blue:' }, 'preview:blue:'],
      [{ KEY_NAMESPACE: 'blue' }, 'blue'],
      [{ KEY_NAMESPACE: 'A-z_0.9:'.repeat(8) }, 'A-z_0.9:'.repeat(8)],
    ])('with %j is %j', (env, namespace) => {
      expect(configOf(env).store.namespace).toBe(namespace);
    });

    it.each<[Env, string]>([
      [{ VERCEL_ENV: 'preview', KEY_NAMESPACE: 'blue:' }, 'must begin with preview: on a preview deployment'],
      [
        { VERCEL_ENV: 'preview', KEY_NAMESPACE: 'preview' },
        'must begin with preview: on a preview deployment',
      ],
      [
        { VERCEL_ENV: 'production', KEY_NAMESPACE: 'preview:blue:' },
        'must not be a preview or development namespace in production',
      ],
      [
        { VERCEL_ENV: 'production', KEY_NAMESPACE: 'development:' },
        'must not be a preview or development namespace in production',
      ],
      ...['a b', 'a*', '{a}', 'ä', 'a'.repeat(65)].map((namespace): [Env, string] => [
        { KEY_NAMESPACE: namespace },
        'must be 1 to 64 letters, digits, dots, hyphens, underscores or colons',
      ]),
    ])('with %j is refused', (env, message) => {
      expect(faultsOf({ ...REQUIRED, ...env })).toEqual([`KEY_NAMESPACE ${message}`]);
    });
  });

  describe('on the platform', () => {
    it('is misconfigured without VERCEL_ENV, and says what to do', () => {
      const expected = [
        expect.stringMatching(/^VERCEL_ENV is missing although VERCEL is set: switch on "Auto/),
      ];

      expect(faultsOf({ ...REQUIRED, VERCEL: '1' })).toEqual(expected);
      expect(faultsOf({ ...REQUIRED, VERCEL: '1', VERCEL_ENV: ' ' })).toEqual(expected);
      expect(faultsOf({ ...REQUIRED, VERCEL: '1', KEY_NAMESPACE: 'blue:' })).toEqual(expected);
    });

    it('is misconfigured as a preview without a commit, unless it is given a namespace', () => {
      expect(faultsOf({ ...REQUIRED, VERCEL_ENV: 'preview' })).toEqual([
        expect.stringMatching(
          /^VERCEL_GIT_COMMIT_SHA is missing on a preview.* or set KEY_NAMESPACE to preview:/,
        ),
      ]);
      expect(faultsOf({ ...REQUIRED, VERCEL_ENV: 'preview', KEY_NAMESPACE: 'preview:blue:' })).toEqual([]);
    });

    it('needs nothing more than that', () => {
      expect(configOf({ VERCEL: '1', VERCEL_ENV: 'production' }).store.namespace).toBe('');
    });
  });

  it.each([
    ['production', 90],
    ['development', 90],
    ['preview', 1],
  ])('keeps the snapshots of %s for %i days', (environment, days) => {
    expect(configOf({ VERCEL_ENV: environment, VERCEL_GIT_COMMIT_SHA: 'abcdef01' }).store.retentionMs).toBe(
      days * 86_400_000,
    );
  });

  it.each(['staging', 'Production', 'constructor'])('refuses the environment %j', (environment) => {
    expect(faultsOf({ ...REQUIRED, VERCEL_ENV: environment })).toEqual([
      'VERCEL_ENV must be production, preview or development',
    ]);
  });

  it.each([
    ['100', 100],
    ['900000', 900_000],
  ])('takes %j for a budget', (text, budgetMs) => {
    expect(configOf({ RUN_BUDGET_MS: text }).budgetMs).toBe(budgetMs);
  });

  it.each([
    ['99', 'must be at least 100 ms'],
    ['-1', 'must be at least 100 ms'],
    ['900001', 'must be at most 900,000 ms'],
    ['2000.5', 'must be a whole number of milliseconds'],
    ['NaN', 'must be a number of milliseconds'],
    ['Infinity', 'must be a number of milliseconds'],
    ['5e400', 'must be a number of milliseconds'],
  ])('refuses %j for a budget', (text, message) => {
    expect(faultsOf({ ...REQUIRED, RUN_BUDGET_MS: text })).toEqual([`RUN_BUDGET_MS ${message}`]);
  });

  it.each(['example.org', 'ftp://example.org', 'javascript:alert(1)', 'https://', '/relative'])(
    'refuses %j for a URL',
    (url) => {
      const env = { ...REQUIRED, UPSTASH_REDIS_REST_URL: url, GDACS_URL: url, USGS_URL: url };
      expect(faultsOf(env)).toEqual([
        'UPSTASH_REDIS_REST_URL must be an http or https URL',
        'GDACS_URL must be an http or https URL',
        'USGS_URL must be an http or https URL',
      ]);
    },
  );
});

describe('readVariable', () => {
  it.each([
    ['a value', 'x', 'x'],
    ['a value amid white space', ' x y\n', 'x y'],
    ['an empty value', '', undefined],
    ['white space', ' \t', undefined],
    ['no value', undefined, undefined],
  ])('reads %s', (_name, value, expected) => {
    expect(readVariable({ NAME: value }, 'NAME')).toBe(expected);
  });
});
