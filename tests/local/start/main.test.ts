import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { main } from '../../../local/start/main.js';

vi.setConfig({ testTimeout: 60_000 });

/** Runs main, and interrupts it as soon as `interruptAt` was written. */
async function run(args: readonly string[], interruptAt?: string) {
  const interrupt = new AbortController();
  const written = { out: '', error: '' };
  const code = await main(args, {
    env: {},
    interrupted: interrupt.signal,
    terminal: {
      write: (text) => {
        written.out += text;
        if (interruptAt !== undefined && written.out.includes(interruptAt)) interrupt.abort();
      },
      writeError: (text) => {
        written.error += text;
      },
      columns: 80,
      colour: false,
    },
  });
  return { code, ...written };
}

describe('main', () => {
  it('shows help', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: npm start'),
    });
  });

  it('refuses what it does not understand', async () => {
    expect(await run(['--bogus'])).toEqual({
      code: 2,
      out: '',
      error: "Unknown option '--bogus'\nAll options: npm start -- --help\n",
    });
  });

  it('says what is in the way when it cannot start', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.int() }).parse(server.address());
    expect(await run(['--port', String(port)])).toMatchObject({
      code: 1,
      error: expect.stringContaining(`Port ${port} is taken`),
    });
    server.close();
  });

  it('shows the run and stays until it is interrupted', async () => {
    const { code, out, error } = await run(['--port', '0', '--rtt', '0'], 'Ctrl-C');
    expect(code).toBe(0);
    expect(error).toMatch(/^function │ info run /);
    expect(error).not.toMatch(/ error /);
    expect(out).toContain('8 persisted, 0 duplicate, 0 in flight, 0 failed');
    expect(out).toContain('Called again immediately: 0 persisted, 0 duplicate, 8 current');
    const url = /Status page\n {2}(.*)\//.exec(out)?.[1] ?? '';
    expect(out).toMatch(/Ready [\d,.]+ m?s after this process began/);
    expect(out).toMatch(/Stored 30 days of invented history: \d{3} snapshots/);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('lists what the faults of a file did', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'faults-'));
    const file = join(folder, 'faults.json');
    const rules = [
      { match: { phase: 'commit', region: 'mena', nth: 1 }, fault: { kind: 'status', status: 500 } },
      { match: { region: 'atlantis' }, fault: { kind: 'hang' } },
    ];
    await writeFile(file, JSON.stringify({ rules }));
    const { code, out } = await run(['--port', '0', '--rtt', '0', '--once', '--faults', file]);
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(out).toContain('commit of mena: answered 500, once');
    expect(out).toContain('rule 2 (never answered; match {"region":"atlantis"}): struck nothing');
  });

  it('ends at once when it is interrupted before the run', async () => {
    const { code, out, error } = await run(['--port', '0'], 'Functions');
    expect({ code, error }).toEqual({ code: 130, error: '' });
    expect(out).not.toContain('Calling');
  });
});
