import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FunctionHost } from '../../../local/functions/function-host.js';
import { createFunctionPool } from '../../../local/functions/function-pool.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A host whose functions are real processes that do nothing. */
function createFakeHost() {
  let end = () => {};
  const host = {
    start: vi.fn<FunctionHost['start']>(async () => {
      const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e6)']);
      children.push(child);
      return { pid: child.pid ?? 0, port: 1 };
    }),
    ended: new Promise<void>((resolve) => {
      end = resolve;
    }),
    close: vi.fn(async () => end()),
  };
  return { host, end };
}

describe('createFunctionPool', () => {
  it('starts neither host nor function before they are needed, and each once', async () => {
    const { host } = createFakeHost();
    const startHost = vi.fn(() => host);
    const pool = createFunctionPool(startHost);
    expect(startHost).not.toHaveBeenCalled();

    const [a, b] = await Promise.all([pool.acquire('a.ts'), pool.acquire('a.ts')]);
    await pool.acquire('b.ts');

    expect(a).toBe(b);
    expect(await pool.acquire('a.ts')).toBe(a);
    expect(startHost).toHaveBeenCalledTimes(1);
    expect(host.start.mock.calls).toEqual([['a.ts'], ['b.ts']]);
    expect([...pool.pids().keys()]).toEqual(['a.ts', 'b.ts']);
  });

  it('tries again after a start that failed', async () => {
    const { host } = createFakeHost();
    host.start.mockRejectedValueOnce(new Error('no'));
    const pool = createFunctionPool(() => host);
    await expect(pool.acquire('a.ts')).rejects.toThrow('no');
    await expect(pool.acquire('a.ts')).resolves.toMatchObject({ entrypoint: 'a.ts' });
  });

  it('ends a discarded process and replaces it', async () => {
    const { host } = createFakeHost();
    const pool = createFunctionPool(() => host);
    const discarded = await pool.acquire('a.ts');
    pool.discard(discarded);
    const replacement = await pool.acquire('a.ts');
    expect(replacement.pid).not.toBe(discarded.pid);
    pool.discard(discarded);
    expect(await pool.acquire('a.ts')).toBe(replacement);
    await vi.waitFor(() => expect(children[0]?.signalCode).toBe('SIGKILL'));
  });

  it('replaces a process that has died by itself', async () => {
    const { host } = createFakeHost();
    const pool = createFunctionPool(() => host);
    const died = await pool.acquire('a.ts');
    const [child] = children;
    child?.kill('SIGKILL');
    await vi.waitFor(() => expect(child?.signalCode).toBe('SIGKILL'));
    expect(pool.pids().size).toBe(0);
    expect((await pool.acquire('a.ts')).pid).not.toBe(died.pid);
  });

  it('starts another host when its host has ended', async () => {
    const first = createFakeHost();
    const second = createFakeHost();
    const startHost = vi.fn().mockReturnValueOnce(first.host).mockReturnValueOnce(second.host);
    const pool = createFunctionPool(startHost);
    await pool.acquire('a.ts');
    first.end();
    await first.host.ended;
    expect(pool.pids().size).toBe(0);
    await pool.acquire('a.ts');
    expect(second.host.start).toHaveBeenCalledTimes(1);
  });

  it('closes its host and starts nothing any more', async () => {
    const { host } = createFakeHost();
    const pool = createFunctionPool(() => host);
    await pool.acquire('a.ts');
    await pool.close();
    expect(host.close).toHaveBeenCalledTimes(1);
    await expect(pool.acquire('a.ts')).rejects.toThrow('closed');
  });

  it('closes without having started anything', async () => {
    const startHost = vi.fn();
    await createFunctionPool(startHost).close();
    expect(startHost).not.toHaveBeenCalled();
  });
});
