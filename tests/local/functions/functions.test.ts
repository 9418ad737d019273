import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { LogLine } from '../../../local/functions/function-host.js';
import { type Functions, startFunctions } from '../../../local/functions/functions.js';
import { isRunning } from './is-running.js';
import { createTemporaryProject } from './temporary-project.js';

// One function for most tests, because each that is called costs a process.
const ECHO = `
import type { VercelRequest, VercelResponse } from '@vercel/node';
export default async function handler(request: VercelRequest, response: VercelResponse) {
  const { mode } = request.query;
  if (mode === 'crash') process.exit(3);
  if (mode === 'hang') return;
  if (mode === 'log') console.error('a line for the log');
  response.setHeader('set-cookie', ['a=1', 'b=2']);
  response.setHeader('x-from', 'function');
  response.status(201).json({
    method: request.method, url: request.url, query: request.query, headers: request.headers,
    body: request.body, pid: process.pid, env: process.env,
  });
}`;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
/** Processes come and go in their own time. */
const PATIENCE = { timeout: 20_000 };

const EchoSchema = z.object({
  method: z.string(),
  url: z.string(),
  query: z.record(z.string(), z.unknown()),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
  pid: z.int(),
  env: z.record(z.string(), z.string()),
});

const log: LogLine[] = [];
let functions: Functions;
let removeProject: () => Promise<void>;

beforeAll(async () => {
  const project = await createTemporaryProject({
    'api/echo/[id].ts': ECHO,
    'api/broken.ts': 'throw new Error("broken at load");',
    'api/_helper.ts': ECHO,
    'public/index.html': '<h1>status</h1>',
    'vercel.json': JSON.stringify({
      functions: { 'api/echo/*.ts': { maxDuration: 1 } },
      headers: [{ source: '/(.*)', headers: [{ key: 'x-from', value: 'vercel.json' }] }],
    }),
  });
  removeProject = project.remove;
  functions = await startFunctions({
    root: project.root,
    env: { GIVEN: 'yes' },
    onLog: (line) => log.push(line),
  });
});

afterAll(async () => {
  await functions.close();
  await removeProject();
});

async function echo(path: string, init?: RequestInit) {
  const response = await fetch(functions.url + path, init);
  return { response, echoed: EchoSchema.parse(await response.json()) };
}

describe('startFunctions', () => {
  it('starts nothing before a function is called, and one process for calls that come at once', async () => {
    expect(functions.pids().size).toBe(0);
    const answers = await Promise.all([echo('/api/echo/1'), echo('/api/echo/2'), echo('/api/echo/3')]);
    expect(new Set(answers.map(({ echoed }) => echoed.pid)).size).toBe(1);
    expect([...functions.pids()]).toEqual([['api/echo/[id].ts', answers[0].echoed.pid]]);
  });

  it('passes method, path, query, headers and body to the function', async () => {
    const { echoed } = await echo('/api/echo/a%20b?limit=3&limit=4', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '6.6.6.6' },
      body: '{"some":"thing"}',
    });
    expect(echoed).toMatchObject({
      method: 'POST',
      url: '/api/echo/a%20b?limit=3&limit=4&id=a+b',
      query: { id: 'a b', limit: ['3', '4'] },
      body: { some: 'thing' },
    });
    expect(echoed.headers).toMatchObject({
      host: new URL(functions.url).host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(functions.url).host,
    });
  });

  it('passes status and headers of the answer, over those of vercel.json', async () => {
    const { response } = await echo('/api/echo/1');
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-from')).toBe('function');
    expect(response.headers.get('x-vercel-id')).toMatch(/^dev1::/);
  });

  it('accepts a body that is sent in chunks after asking to continue', async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${functions.url}/api/echo/1`, { method: 'POST', headers: { expect: '100-continue' } })
        .once('response', (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end('text');
    });
    expect(status).toBe(201);
  });

  it('gives the function the environment that was given, and nothing of ours', async () => {
    vi.stubEnv('DEVELOPERS_OWN', 'secret');
    const { echoed } = await echo('/api/echo/1');
    vi.unstubAllEnvs();
    expect(echoed.env.GIVEN).toBe('yes');
    expect(echoed.env).not.toHaveProperty('DEVELOPERS_OWN');
    expect(echoed.env).not.toHaveProperty('VITEST');
  });

  it('passes what functions write to onLog', async () => {
    await echo('/api/echo/1?mode=log');
    await vi.waitFor(
      () => expect(log).toContainEqual({ stream: 'stderr', text: 'a line for the log' }),
      PATIENCE,
    );
  });

  it('serves public/ with the headers of vercel.json', async () => {
    const response = await fetch(functions.url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-from')).toBe('vercel.json');
    expect(await response.text()).toBe('<h1>status</h1>');
  });

  it.each(['/api/none', '/api/_helper', '/api/echo', '/api/echo/1/2', '/package.json', '/vercel.json'])(
    'answers 404 on %s',
    async (path) => {
      const response = await fetch(functions.url + path);
      expect(response.status).toBe(404);
      expect(response.headers.get('x-vercel-error')).toBe('NOT_FOUND');
    },
  );

  it('answers 413 to a body over 4.5 MB, announced or not', async () => {
    const body = 'x'.repeat(4.5 * 1024 * 1024 + 1);
    const announced = await fetch(`${functions.url}/api/echo/1`, { method: 'POST', body });
    const streamed = await fetch(`${functions.url}/api/echo/1`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    for (const response of [announced, streamed]) {
      expect(response.status).toBe(413);
      expect(response.headers.get('x-vercel-error')).toBe('FUNCTION_PAYLOAD_TOO_LARGE');
    }
  });

  it('answers 504 when a function exceeds its maxDuration, and ends its process', async () => {
    const { echoed } = await echo('/api/echo/1');
    const response = await fetch(`${functions.url}/api/echo/1?mode=hang`);
    expect(response.status).toBe(504);
    expect(response.headers.get('x-vercel-error')).toBe('FUNCTION_INVOCATION_TIMEOUT');
    await vi.waitFor(() => expect(isRunning(echoed.pid)).toBe(false), PATIENCE);
  });

  it('answers 500 when the process dies in a call, and starts another for the next', async () => {
    const before = await echo('/api/echo/1');
    const response = await fetch(`${functions.url}/api/echo/1?mode=crash`);
    expect(response.status).toBe(500);
    expect(response.headers.get('x-vercel-error')).toBe('FUNCTION_INVOCATION_FAILED');
    const after = await echo('/api/echo/1');
    expect(after.echoed.pid).not.toBe(before.echoed.pid);
  });

  it('starts another process when one was killed', async () => {
    const before = await echo('/api/echo/1');
    process.kill(before.echoed.pid, 'SIGKILL');
    await vi.waitFor(() => expect(functions.pids().size).toBe(0), PATIENCE);
    const after = await echo('/api/echo/1');
    expect(after.echoed.pid).not.toBe(before.echoed.pid);
  });

  it('answers 500 for a function that cannot be loaded, and logs why', async () => {
    const response = await fetch(`${functions.url}/api/broken`);
    expect(response.status).toBe(500);
    expect(log.some(({ text }) => text.includes('broken at load'))).toBe(true);
  });
});
