import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisFromEnv, startRedis } from '../../../../local/upstash/redis/redis-engine.js';
import { createRawClient } from '../../../../local/upstash/redis-connection.js';

async function send(url: string, ...command: [string, ...string[]]): Promise<unknown> {
  const client = createRawClient(url, () => false);
  await client.connect();
  return client.sendCommand<unknown>(command).finally(() => client.destroy());
}

describe('redisFromEnv', () => {
  it.each([
    ['nothing', {}, {}],
    ['empty values', { REDIS_URL: '', REDIS_SERVER_BIN: '' }, {}],
    ['a binary', { REDIS_SERVER_BIN: '/bin/redis-server' }, { binary: '/bin/redis-server' }],
    ['a URL', { REDIS_URL: 'redis://r:6379' }, { url: 'redis://r:6379' }],
    ['both', { REDIS_URL: 'rediss://r', REDIS_SERVER_BIN: 'redis-server' }, { url: 'rediss://r' }],
  ])('reads %s', (_, env, options) => {
    expect(redisFromEnv(env)).toEqual(options);
  });

  it('names a faulty variable, not its value', () => {
    const read = () => redisFromEnv({ REDIS_URL: 'http://user:secret@r' });
    expect(read).toThrow(/REDIS_URL/);
    expect(read).not.toThrow(/secret/);
  });
});

describe('the embedded engine', () => {
  it('answers on loopback, and no more once it is closed, whoever is connected', async () => {
    const engine = await startRedis();
    expect(engine).toMatchObject({
      kind: 'embedded',
      url: expect.stringMatching(/^redis:\/\/127\.0\.0\.1:/),
    });
    expect(await send(engine.url, 'PING')).toBe('PONG');
    const idle = createRawClient(engine.url, () => false);
    await idle.connect();
    await engine.close();
    await engine.close();
    await expect(send(engine.url, 'PING')).rejects.toThrow('ECONNREFUSED');
    idle.destroy();
  });

  it('is private', async () => {
    const [one, other] = [await startRedis(), await startRedis()];
    await send(one.url, 'SET', 'k', '1');
    expect(await send(other.url, 'EXISTS', 'k')).toBe(0);
    await Promise.all([one.close(), other.close()]);
  });

  it('is Redis 7.0', async () => {
    const engine = await startRedis();
    // EXPIRE takes conditions since 7.0; HEXPIRE came with 7.4.
    expect(await send(engine.url, 'EXPIRE', 'k', '10', 'NX')).toBe(0);
    await expect(send(engine.url, 'HEXPIRE', 'k', '10', 'FIELDS', '1', 'f')).rejects.toThrow(
      'unknown command',
    );
    await engine.close();
  });
});

describe('an external Redis', () => {
  it('is neither flushed nor closed', async () => {
    const somebodys = await startRedis();
    await send(somebodys.url, 'SET', 'k', '1');
    const engine = await startRedis({ url: somebodys.url, binary: 'not-looked-at' });
    expect(engine).toMatchObject({ kind: 'external', url: somebodys.url });
    await engine.close();
    expect(await send(somebodys.url, 'GET', 'k')).toBe('1');
    await somebodys.close();
  });
});

/** Enough of a redis-server: it reads its configuration from standard input and knows AUTH and PING. */
const STAND_IN = `#!${process.execPath}
const config = Object.fromEntries(
  require('node:fs').readFileSync(0, 'utf8').trim().split('\\n').map((line) => line.split(/ (.*)/)));
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const words = data.toString().split('\\r\\n').filter((word) => word && !/^[*$]/.test(word));
    while (words.length > 0) {
      const word = words.shift();
      if (word === 'PING') socket.write('+PONG\\r\\n');
      if (word === 'AUTH') socket.write(words.shift() === config.requirepass ? '+OK\\r\\n' : '-WRONGPASS no\\r\\n');
      if (word === 'CONFIG') socket.write('+' + JSON.stringify(config) + '\\r\\n');
    }
  });
});
server.listen(Number(config.port), config.bind);
`;

describe('a private server', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-server-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function binary(name: string, program: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, program, { mode: 0o755 });
    return path;
  }

  it('answers with its password on loopback, keeps nothing on disk, and dies on close', async () => {
    const engine = await startRedis({ binary: await binary('good', STAND_IN) });
    const { hostname, password } = new URL(engine.url);
    expect(engine.kind).toBe('server');
    expect(hostname).toBe('127.0.0.1');
    expect(JSON.parse(String(await send(engine.url, 'CONFIG')))).toMatchObject({
      bind: '127.0.0.1',
      'protected-mode': 'yes',
      requirepass: password,
      save: '""',
      appendonly: 'no',
    });
    await engine.close();
    await engine.close();
    await expect(send(engine.url, 'PING')).rejects.toThrow('ECONNREFUSED');
  });

  it('dies with the process that started it', async () => {
    const program = fileURLToPath(new URL('./start-and-exit.ts', import.meta.url));
    const args = ['--import', 'tsx', program, await binary('good', STAND_IN)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^redis:/);
    // Nobody tells us when a process that is not ours is gone.
    await vi.waitFor(() => expect(send(stdout, 'PING')).rejects.toThrow('ECONNREFUSED'));
  });

  it('lets go of the process', async () => {
    const before = process.listenerCount('exit');
    const engine = await startRedis({ binary: await binary('good', STAND_IN) });
    expect(process.listenerCount('exit')).toBe(before + 1);
    await engine.close();
    expect(process.listenerCount('exit')).toBe(before);
  });

  it('tries other ports when the one it found is taken after all', async () => {
    const attempts = join(folder, 'attempts');
    const unlucky = `#!${process.execPath}
const attempts = require('node:fs');
attempts.appendFileSync(${JSON.stringify(attempts)}, '.');
if (attempts.readFileSync(${JSON.stringify(attempts)}, 'utf8') === '.') {
  console.log('Could not create server TCP listening socket: bind: Address already in use');
  process.exit(1);
}
${STAND_IN.slice(STAND_IN.indexOf('\n') + 1)}`;
    const engine = await startRedis({ binary: await binary('unlucky', unlucky) });
    expect(await send(engine.url, 'PING')).toBe('PONG');
    await engine.close();
  });

  it('shows the end of its log when it does not start', async () => {
    const broken = `#!${process.execPath}\nconsole.log('Bad directive');process.exit(1);`;
    const starting = startRedis({ binary: await binary('broken', broken) });
    await expect(starting).rejects.toThrow('redis-server does not answer: Bad directive');
  });

  it('says when there is no such binary', async () => {
    await expect(startRedis({ binary: join(folder, 'none') })).rejects.toMatchObject({
      message: expect.stringContaining('redis-server does not answer'),
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
  });
});
