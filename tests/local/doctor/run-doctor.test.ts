import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Env } from '../../../lib/config.js';
import { runDoctor } from '../../../local/doctor/run-doctor.js';
import { type SampleFeeds, startSampleFeeds } from '../../../local/feeds/server.js';
import { type StoreHarness, startStoreHarness } from '../../support/store-harness.js';
import { startTinySite } from './tiny-site.js';

// A whole examination may take half a minute before it is cut short.
vi.setConfig({ testTimeout: 75_000 });

let harness: StoreHarness;
let feeds: SampleFeeds;
let folder: string;
beforeAll(async () => {
  [harness, feeds, folder] = await Promise.all([
    startStoreHarness(),
    startSampleFeeds(),
    mkdtemp(join(tmpdir(), 'doctor-')),
  ]);
});
afterAll(async () => {
  await Promise.all([harness.close(), feeds.close(), rm(folder, { recursive: true })]);
});

const goodEnv = () => ({
  CRON_SECRET: 'the-cron-secret-7f3a',
  UPSTASH_REDIS_REST_URL: harness.gateway.url,
  UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
  ...feeds.urls,
});

async function run(args: readonly string[], env: Env = {}, interrupted = new AbortController().signal) {
  const written = { out: '', error: '' };
  const code = await runDoctor(args, {
    env,
    interrupted,
    terminal: {
      write: (text) => {
        written.out += text;
      },
      writeError: (text) => {
        written.error += text;
      },
      columns: 100,
      colour: false,
    },
  });
  return { code, ...written };
}

describe('runDoctor', () => {
  it('passes a setup in order, from the inside', async () => {
    const { code, out, error } = await run([], goodEnv());
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('  –     deployment  no address was given: --url https://your-site');
    expect(out).toMatch(/\n\d+ ok, 1 warning, 0 failed, 1 not asked, in [\d,.]+ m?s\n$/);
  });

  it('names all faults of the environment at once and still looks at what it can', async () => {
    const { code, out } = await run([], { ...goodEnv(), CRON_SECRET: '', RUN_BUDGET_MS: 'soon' });
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}CRON_SECRET +is missing/);
    expect(out).toMatch(/FAIL {2}RUN_BUDGET_MS +must be a number/);
    expect(out).toMatch(/ok {4}latency /);
    expect(out).toMatch(/ok {4}usgs /);
  });

  it('takes the variables from a file, and only from there', async () => {
    const file = join(folder, '.env.local');
    const lines = Object.entries(goodEnv()).map(([name, value]) => `${name}="${value}"`);
    await writeFile(file, lines.join('\n'));
    expect(await run(['--vars', file], { RUN_BUDGET_MS: 'soon' })).toMatchObject({ code: 0, error: '' });
    const missing = join(folder, 'none');
    expect(await run(['--vars', missing])).toMatchObject({
      code: 1,
      error: expect.stringContaining(`${missing} cannot be read`),
    });
  });

  it('checks as the given environment, which a file by "vercel env pull" leaves out', async () => {
    const file = join(folder, '.env.pulled');
    const lines = Object.entries({ ...goodEnv(), VERCEL: '1' }).map(([name, value]) => `${name}="${value}"`);
    await writeFile(file, lines.join('\n'));

    const without = await run(['--vars', file]);
    expect(without.code).toBe(1);
    expect(without.out).toMatch(/FAIL {2}VERCEL_ENV +is missing although VERCEL is set/);
    expect(without.out).toMatch(/add\s+--environment\s+production/);

    const told = await run(['--vars', file, '--environment', 'production']);
    expect(told.code).toBe(0);
    expect(told.out).toMatch(/ok {4}namespace +none, as VERCEL_ENV is production/);
  });

  it('checks only the outside where only an address is known', async () => {
    const site = await startTinySite((_req, res) => res.writeHead(404).end());
    const { out } = await run(['--url', site.url]);
    await site.close();
    for (const group of ['environment', 'store', 'feeds']) {
      expect(out).toContain(
        `–     ${group}  no variables of a store are set here: checked from the outside only`,
      );
    }
    expect(out).toMatch(/FAIL {2}without secret +answers 404, where 401 is right/);
  });

  it('prints no secret, not even one that a server repeats', async () => {
    const bypass = 'the-bypass-secret-7f3a';
    const site = await startTinySite((req, res) => {
      const { authorization = '', 'x-vercel-protection-bypass': echoed = '' } = req.headers;
      const detail = `you sent ${authorization} and ${String(echoed)}`;
      res.writeHead(500, { 'content-type': 'application/problem+json' });
      res.end(JSON.stringify({ status: 500, code: 'echo', detail }));
    });
    const env = { ...goodEnv(), READ_TOKEN: 'the-read-token-7f3a', VERCEL_AUTOMATION_BYPASS_SECRET: bypass };
    const runs = [await run(['--url', site.url], env), await run(['--url', site.url, '--json'], env)];
    await site.close();
    const shown = JSON.stringify(runs);
    expect(shown).toContain('you sent Bearer (secret) and (secret)');
    for (const secret of [env.CRON_SECRET, env.READ_TOKEN, env.UPSTASH_REDIS_REST_TOKEN, bypass]) {
      expect(shown).not.toContain(secret);
    }
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await run(['--json'], goodEnv());
    const schema = z.object({
      passed: z.literal(true),
      counts: z.object({ ok: z.int(), warn: z.literal(1), fail: z.literal(0), skipped: z.literal(1) }),
      groups: z.array(z.object({ title: z.string(), findings: z.array(z.object({ status: z.string() })) })),
    });
    expect(code).toBe(0);
    expect(schema.parse(JSON.parse(out)).groups.map(({ title }) => title.split(' ')[0])).toEqual([
      'environment',
      'vercel.json',
      'store',
      'feeds',
      'deployment',
    ]);
  });

  it('refuses what it does not understand, and offers help', async () => {
    expect(await run(['--bogus'])).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringContaining('--help'),
    });
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: npm run doctor'),
    });
  });

  it('ends when it is interrupted', async () => {
    expect(await run([], goodEnv(), AbortSignal.abort())).toMatchObject({ code: 130 });
  });
});
