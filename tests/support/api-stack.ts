import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { RunReportSchema } from '../../lib/runs/report.js';
import { startSampleFeeds } from '../../local/feeds/server.js';
import { startFunctions } from '../../local/functions/functions.js';
import { type Call, callHttp } from './serve-handler.js';
import { NAMESPACE, startStoreHarness } from './store-harness.js';

export const CRON_SECRET = 'cron-secret-7f3a';
export const AUTHORISED = { authorization: `Bearer ${CRON_SECRET}` };

export type ApiStack = Awaited<ReturnType<typeof startApiStack>>;

/**
 * The functions of this project as Vercel's own runtime runs them, with sample feeds, and a store that can be disturbed
 * and looked into.
 *
 * @param env changes to the environment of the functions; undefined takes a variable away
 */
export async function startApiStack(env: Readonly<Record<string, string | undefined>> = {}) {
  const [harness, feeds] = await Promise.all([startStoreHarness(), startSampleFeeds()]);
  const log: string[] = [];
  const variables = {
    UPSTASH_REDIS_REST_URL: harness.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
    KEY_NAMESPACE: NAMESPACE,
    CRON_SECRET,
    GDACS_URL: feeds.gdacsUrl,
    USGS_URL: feeds.usgsUrl,
    ...env,
  };
  const set = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const functions = await startFunctions({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    env: Object.fromEntries(set),
    onLog: ({ text }) => log.push(text),
  });

  return {
    harness,
    /** What the functions wrote since the last `reset`. */
    log,
    /** Starts functions before the first call: the time that takes is the file's, not a test's. */
    warm: (...paths: readonly string[]) => Promise.all(paths.map(functions.warm)),
    call: (call: Call) => callHttp(functions.url, call),
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
      await functions.close();
      await feeds.close();
      await harness.close();
    },
  };
}

/** Nothing was asked of the store, and nothing is in it. */
export const UNTOUCHED = { keys: [], commands: [] };

const ProblemSchema = z.object({
  type: z.literal('about:blank'),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
});

type Reply = Awaited<ReturnType<typeof callHttp>>;

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
