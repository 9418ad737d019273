import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadVercelConfig,
  maxDurationMs,
  VercelConfigSchema,
} from '../../../local/functions/vercel-config.js';
import { createTemporaryProject, type TemporaryProject } from './temporary-project.js';

let project: TemporaryProject;
beforeAll(async () => {
  project = await createTemporaryProject({});
});
afterAll(() => project.remove());

describe('loadVercelConfig', () => {
  it('answers the defaults when there is no file', async () => {
    expect(await loadVercelConfig(project.root)).toEqual({
      cleanUrls: false,
      functions: {},
      headers: [],
      rewrites: [],
      crons: [],
    });
  });

  it('ignores settings that do not concern routing', async () => {
    await writeFile(
      join(project.root, 'vercel.json'),
      '{"framework":null,"regions":["iad1"],"cleanUrls":true}',
    );
    expect((await loadVercelConfig(project.root)).cleanUrls).toBe(true);
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['a condition it cannot follow', '{"headers":[{"source":"/","has":[],"headers":[]}]}', 'has'],
    ['a rewrite to elsewhere', '{"rewrites":[{"source":"/","destination":"https://x.test"}]}', 'rewrites'],
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
