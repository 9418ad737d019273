import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withEnvFile } from '../../../local/start/run.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'env-'));
  file = join(folder, '.env');
  await writeFile(
    file,
    'CRON_SECRET="from file"\nREAD_TOKEN=from-file\nREDIS_URL=redis://production\nUPSTASH_REDIS_REST_URL=https://production\nOTHER=1\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('adds the settings of the functions, and neither a database nor anything else', async () => {
  expect(await withEnvFile({}, file)).toEqual({ CRON_SECRET: 'from file', READ_TOKEN: 'from-file' });
});

it('never overrides a variable that is set, even to nothing', async () => {
  const env = { CRON_SECRET: 'mine', READ_TOKEN: '' };
  expect(await withEnvFile(env, file)).toEqual(env);
});

it('needs no file', async () => {
  expect(await withEnvFile({ A: '1' }, join(folder, 'none'))).toEqual({ A: '1' });
});

it('reports a file that cannot be read', async () => {
  await expect(withEnvFile({}, folder)).rejects.toThrow('cannot be read');
});
