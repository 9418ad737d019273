import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PROJECT_ROOT } from '../../../local/stack.js';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The command as `npm start` runs it, its output in pipes. */
function start(...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'local/start.ts', '--port', '0', ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

it('writes whole lines without colours into a pipe, and ends by itself with --once', async () => {
  const child = start('--once', '--rtt', '0');
  const [out, error, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(exit).toEqual([0, null]);
  expect(out).toMatch(/^Ready [\d,.]+ m?s after this process began/m);
  expect(error).toMatch(/^function │ info run .*reportStored=true\n$/);
  expect(out + error).not.toContain('\u001b');
});

it('ends on Ctrl-C, also while the store leaves a run without an answer', async () => {
  const file = join(folder, 'faults.json');
  await writeFile(file, '{"rules": [{"fault": {"kind": "hang"}}]}');
  const child = start('--faults', file);
  let out = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    out += chunk;
    if (out.includes('Calling GET')) break;
  }
  child.kill('SIGINT');
  // The run itself would go on for 50 seconds, and say of each region that the store is gone.
  const [exit, error] = await Promise.all([
    once(child, 'exit', { signal: AbortSignal.timeout(20_000) }),
    text(child.stderr),
  ]);
  expect(exit).toEqual([130, null]);
  expect(error).not.toContain('regions-failed');
});
