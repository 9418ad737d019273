import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createRoutes } from '../../lib/web/index.js';
import type { Handler } from '../../lib/web/route.js';
import { AUTHORISED, CRON_SECRET } from '../support/api-stack.js';
import { listFunctions, pathOfFunction } from '../support/function-files.js';
import { callHandler, type Reply } from '../support/serve-handler.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

const FunctionSchema = z.strictObject({
  default: z.strictObject({ fetch: z.custom<Handler>((value) => typeof value === 'function') }),
});
const FUNCTIONS = await listFunctions();

let harness: StoreHarness;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  harness = await startStoreHarness();
  env = {
    UPSTASH_REDIS_REST_URL: harness.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
    KEY_NAMESPACE: NAMESPACE,
    CRON_SECRET,
    READ_TOKEN: undefined,
    RUN_BUDGET_MS: undefined,
    VERCEL_ENV: undefined,
  };
  // The functions read their environment when they are first called.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => harness.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await harness.close();
});

/** Enough to tell the answers of two routes apart, without what changes from call to call. */
function gistOf({ status, headers, text }: Reply) {
  const fields = text === '' ? [] : Object.keys(JSON.parse(text));
  return { status, headers, fields };
}

describe.each(FUNCTIONS)('%s', (file) => {
  it.each(['GET', 'HEAD', 'POST', 'DELETE'])('answers %s like the route of its path', async (method) => {
    const {
      default: { fetch },
    } = FunctionSchema.parse(await import(new URL(`../../${file}`, import.meta.url).href));
    const route = createRoutes({ env }).fetch;
    const path = pathOfFunction(file).replace('{id}', 'mena');
    const queries = file.includes('cron') ? ['?force=true'] : ['', '?fresh=1'];

    for (const headers of [{}, AUTHORISED]) {
      for (const query of queries) {
        const call = { method, path: path + query, headers, ...(method === 'POST' ? { body: '{' } : {}) };
        expect(gistOf(await callHandler(fetch, call))).toEqual(gistOf(await callHandler(route, call)));
      }
    }
  });
});
