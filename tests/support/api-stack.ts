import { inspect } from 'node:util';
import { z } from 'zod';
import { RunReportSchema } from '../../lib/runs/report.js';
import { createRoutes } from '../../lib/web/index.js';
import { startSampleFeeds } from '../../local/feeds/server.js';
import { type Call, callHandler, type Reply } from './serve-handler.js';
import { NAMESPACE, startStoreHarness } from './store-harness.js';

export const CRON_SECRET = 'cron-secret-7f3a';
export const AUTHORISED = { authorization: `Bearer ${CRON_SECRET}` };

export type ApiStack = Awaited<ReturnType<typeof startApiStack>>;

/**
 * All routes in this process, with sample feeds, and a store that can be disturbed and looked into.
 *
 * @param env changes to the environment of the routes; undefined removes a variable
 */
export async function startApiStack(env: Readonly<Record<string, string | undefined>> = {}) {
  const [harness, feeds] = await Promise.all([startStoreHarness(), startSampleFeeds()]);
  const log: string[] = [];
  const routes = createRoutes({
    env: {
      UPSTASH_REDIS_REST_URL: harness.gateway.url,
      UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
      KEY_NAMESPACE: NAMESPACE,
      CRON_SECRET,
      ...feeds.urls,
      ...env,
    },
    log: (entry) => log.push(JSON.stringify(entry)),
    logBug: (error) => log.push(inspect(error)),
  });

  return {
    harness,
    routes,
    /** What the routes logged since the last `reset`. */
    log,
    call: (call: Call) => callHandler(routes.fetch, call),
    /** Everything that is stored, and the commands that may have stored it. */
    async traces() {
      const commands = harness.gateway.requests.flatMap((request) => request.commands);
      return { keys: await harness.redis.keys('*'), commands: commands.map(([name]) => name?.toUpperCase()) };
    },
    async reset() {
      await harness.reset();
      log.length = 0;
    },
    async close() {
      await feeds.close();
      await harness.close();
    },
  };
}

/** Nothing was asked of the store, and nothing is in it. */
export const UNTOUCHED = { keys: [], commands: [] };

const ProblemSchema = z.object({
  type: z.url(),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
});

/** The problem in an answer, which must be one by its type and its status, too. */
export function problemIn({ status, headers, text }: Reply): z.infer<typeof ProblemSchema> {
  const problem = ProblemSchema.parse(JSON.parse(text));
  const type = z.literal('application/problem+json; charset=utf-8');
  z.object({ 'content-type': type, 'cache-control': z.literal('no-store') }).parse(headers);
  z.literal(status).parse(problem.status);
  return problem;
}

/** The run report in an answer. */
export function reportIn({ text }: Reply) {
  return RunReportSchema.parse(JSON.parse(text));
}
