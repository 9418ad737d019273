import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../local/stack.js';
import { ask, type PlatformAnswer } from './support/ask.js';
import { CALLS, type PlatformCall, SECRET, SETUP } from './support/calls.js';
import { shapeOf } from './support/shape.js';
import { startVercelDev, type VercelDev } from './support/vercel-dev.js';

/**
 * The local stack against Vercel's own development server: two sets of functions in front of one store and one set of
 * feeds, asked the same.
 */
let stack: Stack;
let dev: VercelDev;
beforeAll(async () => {
  const env = { CRON_SECRET: SECRET, KEY_NAMESPACE: 'platform:' };
  stack = await startStack({ env, onLog: () => undefined });
  const { gateway, feeds } = stack;
  dev = await startVercelDev({
    ...env,
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
    ...feeds?.urls,
  });
  for (const call of SETUP) expect((await ask(stack.functions.url, call)).status).toBe(call.status);
});
afterAll(async () => {
  await dev?.close();
  await stack?.close();
});

it.each(CALLS.map((call) => [call.name, call] as const))('%s is answered alike', async (_name, call) => {
  const [here, there] = await Promise.all([ask(stack.functions.url, call), ask(dev.url, call)]);

  expect({ here: here.status, there: there.status }).toEqual({ here: call.status, there: call.status });
  if (call.compare === 'none') return;
  expect(comparable(here, call)).toEqual(comparable(there, call));
});

it('is a comparison with what Vercel runs, and nothing went wrong inside of it', () => {
  expect(dev.output()).toContain('Vercel CLI 60.1.3');
  expect(dev.output()).not.toMatch(/unhandled|TypeError|ERR_/i);
});

function comparable({ headers, body }: PlatformAnswer, { compare }: PlatformCall) {
  if (compare === 'shape') return { headers, body: shapeOf(JSON.parse(body)) };
  if (compare !== 'file') return { headers, body };
  const { etag: _etag, 'content-type': type = '', ...others } = headers;
  // The type of JavaScript has two names; RFC 9239 prefers the second.
  return { headers: others, type: type.replace('application/javascript', 'text/javascript'), body };
}
