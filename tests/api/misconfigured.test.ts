import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiStack, AUTHORISED, problemIn, startApiStack, UNTOUCHED } from '../support/api-stack.js';

const PATH = '/api/cron/persist-regions';

let withoutSecret: ApiStack;
let withoutStore: ApiStack;
beforeAll(async () => {
  [withoutSecret, withoutStore] = await Promise.all([
    startApiStack({ CRON_SECRET: undefined }),
    startApiStack({ UPSTASH_REDIS_REST_URL: undefined, UPSTASH_REDIS_REST_TOKEN: '' }),
  ]);
});
afterAll(() => Promise.all([withoutSecret.close(), withoutStore.close()]));

describe('a deployment without CRON_SECRET', () => {
  it.each([AUTHORISED, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }, {}])(
    'lets nobody start a run and names the variable: %j',
    async (headers) => {
      const problem = problemIn(await withoutSecret.call({ path: PATH, headers }));
      expect(problem).toMatchObject({ status: 401, code: 'unauthorised' });
      expect(problem.detail).toContain('CRON_SECRET');
      expect(await withoutSecret.traces()).toEqual(UNTOUCHED);
    },
  );
});

describe('a deployment without a store', () => {
  it('answers 500 and names each variable to a caller with the secret', async () => {
    const problem = problemIn(await withoutStore.call({ path: PATH, headers: AUTHORISED }));
    expect(problem).toMatchObject({ status: 500, code: 'misconfigured' });
    expect(problem.errors?.map(({ at }) => at)).toEqual([
      'UPSTASH_REDIS_REST_URL',
      'UPSTASH_REDIS_REST_TOKEN',
    ]);
    expect(await withoutStore.traces()).toEqual(UNTOUCHED);
  });

  it('reveals none of it to a stranger', async () => {
    const reply = await withoutStore.call({ path: PATH });
    expect(problemIn(reply).status).toBe(401);
    expect(reply.text).not.toContain('UPSTASH');
  });
});
