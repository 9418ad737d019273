import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { RunReportSchema } from '../../../lib/runs/report.js';
import { PROJECT_ROOT } from '../../../local/stack.js';
import { main } from '../../../local/start/main.js';

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);

/** Starts everything, hands over what was written, and ends it again. */
async function whileRunning(
  deps: { env: Readonly<Record<string, string>>; envFile?: string },
  use: (out: string) => Promise<void>,
) {
  const interrupt = new AbortController();
  let out = '';
  let running = Promise.resolve(0);
  const ready = new Promise<void>((resolve) => {
    const write = (text: string) => {
      out += text;
      if (out.includes('Ctrl-C')) resolve();
    };
    const terminal = { write, writeError: () => undefined, columns: 80, colour: false };
    running = main(['--port', '0', '--rtt', '0'], { ...deps, interrupted: interrupt.signal, terminal });
  });
  try {
    await Promise.race([ready, running]);
    await use(out);
  } finally {
    interrupt.abort();
    expect(await running).toBe(0);
  }
}

const commandIn = (out: string, start: string) =>
  out.split('\n').find((line) => line.trim().startsWith(start)) ?? '';

/** Pastes a command into a shell that has these variables, PATH and HOME. */
async function paste(command: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd, env: { PATH, HOME, ...env }, timeout: 40_000 };
  return (await run('bash', ['-c', command], options)).stdout;
}

const countsIn = (text: string) => RunReportSchema.parse(JSON.parse(text)).counts;

it('prints commands that work, with the secret of this start in them', async () => {
  await whileRunning({ env: {} }, async (out) => {
    expect(countsIn(await paste(commandIn(out, 'curl'), tmpdir()))).toMatchObject({
      duplicate: 8,
      failed: 0,
    });
    const stored = await paste(commandIn(out, 'UPSTASH_'), PROJECT_ROOT);
    expect(stored).toContain('hamburg persisted');
  });
});

it('prints the variable of a secret that the environment has, and not the secret', async () => {
  const env = { CRON_SECRET: 'from-the-shell' };
  await whileRunning({ env }, async (out) => {
    expect(out).not.toContain(env.CRON_SECRET);
    expect(countsIn(await paste(commandIn(out, 'curl'), tmpdir(), env))).toMatchObject({ duplicate: 8 });
  });
});

it('prints a command that reads the secret from .env where only that file has it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'env-'));
  const envFile = join(folder, '.env');
  await writeFile(envFile, "CRON_SECRET='in the file'\n");
  await whileRunning({ env: {}, envFile }, async (out) => {
    expect(out).not.toContain('in the file');
    expect(countsIn(await paste(commandIn(out, 'curl'), folder))).toMatchObject({ duplicate: 8 });
  });
  await rm(folder, { recursive: true });
});
