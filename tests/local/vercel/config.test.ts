import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  headersOf,
  loadVercelConfig,
  maxDurationMs,
  VercelConfigSchema,
} from '../../../local/vercel/config.js';
import { createTemporaryProject, type TemporaryProject } from './temporary-project.js';

let project: TemporaryProject;
beforeAll(async () => {
  project = await createTemporaryProject({});
});
afterAll(() => project.remove());

describe('loadVercelConfig', () => {
  it('answers the defaults when there is no file', async () => {
    expect(await loadVercelConfig(project.root)).toEqual({
      functions: {},
      headers: [],
      crons: [],
    });
  });

  it('ignores settings that do not concern routing', async () => {
    await writeFile(
      join(project.root, 'vercel.json'),
      '{"framework":null,"headers":[{"source":"/","headers":[]}]}',
    );
    expect((await loadVercelConfig(project.root)).headers).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'is not valid JSON'],
    ['a condition it cannot follow', '{"headers":[{"source":"/","has":[],"headers":[]}]}', 'has'],
  ])('refuses %s', async (_case, text, named) => {
    await writeFile(join(project.root, 'vercel.json'), text);
    await expect(loadVercelConfig(project.root)).rejects.toThrow(named);
  });
});

describe('maxDurationMs', () => {
  const config = VercelConfigSchema.parse({
    functions: { 'api/[id].ts': { maxDuration: 5 }, 'api/cron/*': {}, 'api/**/*.ts': { maxDuration: 60 } },
  });

  it.each([
    ['api/[id].ts', 5_000],
    ['api/regions/index.ts', 60_000],
    ['api/cron/run.ts', 300_000],
    ['api/run.js', 300_000],
  ])('takes the first pattern that names %s', (entrypoint, expected) => {
    expect(maxDurationMs(config, entrypoint)).toBe(expected);
  });
});

describe('headersOf', () => {
  const rule = (source: string, value: string) => ({ source, headers: [{ key: 'x-test', value }] });

  it('lists the headers of every rule that matches, in order', () => {
    const headersFor = headersOf(
      VercelConfigSchema.parse({ headers: [rule('/(.*)', '1'), rule('/api/:path*', '2'), rule('/a', '3')] }),
    );
    expect(headersFor('/api/health').map(({ value }) => value)).toEqual(['1', '2']);
  });

  it.each(['cleanUrls', 'redirects', 'rewrites', 'routes', 'trailingSlash'])('refuses %s', (name) => {
    expect(() => headersOf(VercelConfigSchema.parse({ [name]: [] }))).toThrow(`vercel.json uses ${name}`);
  });

  it('refuses a pattern that it would match wrongly', () => {
    expect(() => headersOf(VercelConfigSchema.parse({ headers: [rule('/a{b}', '1')] }))).toThrow('/a{b}');
  });
});
