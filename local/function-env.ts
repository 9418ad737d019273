import { type Env, readVariable } from '../lib/config.js';

/** Settings of the one who starts the stack that reach the functions. Nothing else does. */
export const PASSED_ON = [
  'KEY_NAMESPACE',
  'READ_TOKEN',
  'RUN_BUDGET_MS',
  'VERCEL_ENV',
  'VERCEL_GIT_COMMIT_SHA',
] as const;

export interface FunctionEnvParts {
  readonly env: Env;
  readonly gateway: { readonly url: string; readonly token: string };
  /** null when the real feeds are read: then overrides of theirs are passed on, too. */
  readonly feeds: { readonly gdacsUrl: string; readonly usgsUrl: string } | null;
  readonly cronSecret: string;
}

/** The environment that ties the functions to the other parts of the stack. */
export function functionEnv({ env, gateway, feeds, cronSecret }: FunctionEnvParts): Record<string, string> {
  return {
    ...pick(env, PASSED_ON),
    ...(feeds === null
      ? pick(env, ['GDACS_URL', 'USGS_URL'])
      : { GDACS_URL: feeds.gdacsUrl, USGS_URL: feeds.usgsUrl }),
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
    CRON_SECRET: cronSecret,
  };
}

/** The variables that have a value. */
function pick(env: Env, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readVariable(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
