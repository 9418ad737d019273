import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { PROJECT_ROOT } from '../../../local/stack.js';

vi.setConfig({ testTimeout: 90_000 });

/** The command as a person types it, with nothing set. */
async function runCommand(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/doctor.ts', ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: z.tuple([z.int()]).rest(z.unknown()).parse(exit)[0], out, error };
}

describe('npm run doctor', () => {
  it('passes against the local stack, from a clone with nothing set', async () => {
    const { code, out, error } = await runCommand('--local');
    expect({ code, error }, out).toEqual({ code: 0, error: '' });
    expect(out).not.toMatch(/^ {2}(?:FAIL|warn|–)/m);
    expect(out).toMatch(/\d+ ok, 0 warnings, 0 failed, in /);
  });

  it('ends with 1 and says so when the file of variables is not there', async () => {
    const { code, error } = await runCommand('--vars', 'no-such-file');
    expect(code).toBe(1);
    expect(error).toContain('no-such-file');
  });

  it('fails with hardly anything set, and says what is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    const file = join(folder, '.env');
    await writeFile(file, 'GDACS_URL=http://127.0.0.1:9\nUSGS_URL=http://127.0.0.1:9\n');
    const { code, out } = await runCommand('--vars', file);
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    for (const name of ['CRON_SECRET', 'UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN']) {
      expect(out).toMatch(new RegExp(`FAIL {2}${name} +is missing`));
    }
  });
});
