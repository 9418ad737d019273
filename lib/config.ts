import { z } from 'zod';
import { FEED_VARIABLES, type FeedUrls } from './hazards/feeds/feeds.js';
import { RETENTION_MS } from './persister/record.js';
import { type Env, PREVIEW_RETENTION_MS } from './persister/upstash/store.js';

export type { Env };

export interface Config {
  readonly environment: 'production' | 'preview' | 'development';
  readonly store: {
    readonly url: string;
    readonly token: string;
    readonly namespace: string;
    readonly retentionMs: number;
  };
  readonly cronSecret: string;
  /** undefined: reads are open. */
  readonly readToken: string | undefined;
  /** Called after each scheduled run. */
  readonly heartbeatUrl: string | undefined;
  /** Receives what changed. */
  readonly alertUrl: string | undefined;
  /** Ms for a run where the platform names no deadline of its own. */
  readonly budgetMs: number;
  /** By variable; without one, the feed's own address. */
  readonly feeds: FeedUrls;
}

/** One environment variable that is missing or wrong. Carries its name and what it must be, never its value. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Under the `maxDuration` of 60 s in vercel.json. */
export const DEFAULT_BUDGET_MS = 50_000;

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
/** Messages must not be readable on the way, unless they stay on this machine. */
const httpsUrl = z
  .string()
  .refine(
    (text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, hostname } = new URL(text);
      return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
    },
    { error: 'must be an https URL' },
  )
  // fetch refuses it, so that nobody would ever be told.
  .refine((text) => !URL.canParse(text) || !hasCredentials(new URL(text)), {
    error:
      'must not have a user name or password in it: put the secret into the path, as the receiver gives it',
  });
function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const required = (message: string) => z.string({ error: message });

const EnvSchema = z.object({
  /** Always set where the platform runs this code. */
  VERCEL: z.string().optional(),
  VERCEL_ENV: z
    .enum(['production', 'preview', 'development'], { error: 'must be production, preview or development' })
    .default('development'),
  VERCEL_GIT_COMMIT_SHA: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/i, { error: 'must be a commit hash' })
    .optional(),
  UPSTASH_REDIS_REST_URL: z.string({ error: 'is missing (KV_REST_API_URL is also accepted)' }).pipe(httpUrl),
  UPSTASH_REDIS_REST_TOKEN: required('is missing (KV_REST_API_TOKEN is also accepted)').regex(/^\S+$/, {
    error: 'must not contain white space',
  }),
  CRON_SECRET: required('is missing: without it nobody may start a run'),
  READ_TOKEN: z.string().optional(),
  HEARTBEAT_URL: httpsUrl.optional(),
  ALERT_WEBHOOK_URL: httpsUrl.optional(),
  KEY_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/, {
      error: 'must be 1 to 64 letters, digits, dots, hyphens, underscores or colons',
    })
    .optional(),
  RUN_BUDGET_MS: z.coerce
    .number({ error: 'must be a number of milliseconds' })
    .int({ error: 'must be a whole number of milliseconds' })
    .min(100, { error: 'must be at least 100 ms' })
    .max(900_000, { error: 'must be at most 900,000 ms' })
    .default(DEFAULT_BUDGET_MS),
});
type ParsedEnv = z.infer<typeof EnvSchema>;

const FeedUrlsSchema = z.object(
  Object.fromEntries(FEED_VARIABLES.map((variable) => [variable, httpUrl.optional()])),
);

/**
 * Reads the configuration from environment variables. A value that is empty or only white space counts as missing.
 *
 * @returns the configuration, or every fault at once
 */
export function parseConfig(env: Env): ConfigResult {
  const variables = withFallbacks(env);
  const parsed = EnvSchema.safeParse(variables);
  const feeds = FeedUrlsSchema.safeParse(variables);
  const faults = [parsed.error, feeds.error].flatMap((error) => faultsOf(error, env));
  faults.push(...faultsOfPlatform(variables), ...faultsOfNamespace(variables));
  return parsed.success && feeds.success && faults.length === 0
    ? { ok: true, config: configFrom(parsed.data, feeds.data) }
    : { ok: false, faults };
}

/** The variable's value without surrounding white space; undefined when nothing is left. */
export function readVariable(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** The Vercel integration of Upstash sets the KV_ names. */
const FALLBACKS: Readonly<Record<string, string>> = {
  UPSTASH_REDIS_REST_URL: 'KV_REST_API_URL',
  UPSTASH_REDIS_REST_TOKEN: 'KV_REST_API_TOKEN',
};

function withFallbacks(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(
    [...Object.keys(EnvSchema.shape), ...FEED_VARIABLES].map((name) => [
      name,
      readVariable(env, sourceOf(env, name)),
    ]),
  );
}

/** The name under which a variable's value was found; its own when there is none. */
function sourceOf(env: Env, name: string): string {
  const fallback = FALLBACKS[name];
  if (fallback === undefined || readVariable(env, name) !== undefined) return name;
  return readVariable(env, fallback) === undefined ? name : fallback;
}

function faultsOf(error: z.ZodError | undefined, env: Env): ConfigFault[] {
  const issues = error?.issues ?? [];
  return issues.map(({ path, message }) => ({ variable: sourceOf(env, String(path[0])), message }));
}

function configFrom(env: ParsedEnv, feeds: FeedUrls): Config {
  return {
    environment: env.VERCEL_ENV,
    store: {
      url: env.UPSTASH_REDIS_REST_URL,
      token: env.UPSTASH_REDIS_REST_TOKEN,
      namespace: env.KEY_NAMESPACE ?? defaultNamespace(env),
      retentionMs: env.VERCEL_ENV === 'preview' ? PREVIEW_RETENTION_MS : RETENTION_MS,
    },
    cronSecret: env.CRON_SECRET,
    readToken: env.READ_TOKEN,
    heartbeatUrl: env.HEARTBEAT_URL,
    alertUrl: env.ALERT_WEBHOOK_URL,
    budgetMs: env.RUN_BUDGET_MS,
    feeds,
  };
}

function defaultNamespace({ VERCEL_ENV, VERCEL_GIT_COMMIT_SHA }: ParsedEnv): string {
  if (VERCEL_ENV === 'production') return '';
  if (VERCEL_ENV === 'development') return 'development:';
  // `faultsOfPlatform` sees to it that there is a commit.
  return `preview:${VERCEL_GIT_COMMIT_SHA?.slice(0, 8)}:`;
}

const EXPOSE =
  'switch on "Automatically expose System Environment Variables" (Vercel, Settings, Environment Variables) and deploy again';

/**
 * What the platform has to set so that deployments do not share keys. Projects made with Terraform do not expose the
 * system's variables: production and all of its previews would then count as development, with one set of keys.
 */
function faultsOfPlatform(variables: Record<string, string | undefined>): ConfigFault[] {
  const { VERCEL, VERCEL_ENV, VERCEL_GIT_COMMIT_SHA, KEY_NAMESPACE } = variables;
  if (VERCEL !== undefined && VERCEL_ENV === undefined) {
    return [{ variable: 'VERCEL_ENV', message: `is missing although VERCEL is set: ${EXPOSE}` }];
  }
  if (VERCEL_ENV === 'preview' && VERCEL_GIT_COMMIT_SHA === undefined && KEY_NAMESPACE === undefined) {
    const message = `is missing on a preview, which takes its keys from it: deploy from Git and ${EXPOSE}, or set KEY_NAMESPACE to preview:<name>:`;
    return [{ variable: 'VERCEL_GIT_COMMIT_SHA', message }];
  }
  return [];
}

const NamespaceSchema = EnvSchema.pick({ VERCEL_ENV: true, KEY_NAMESPACE: true });

/**
 * A preview never writes production's keys, and production never uses those of a preview. Parsed separately, so that
 * this fault is reported beside those of other variables.
 */
function faultsOfNamespace(variables: Record<string, string | undefined>): ConfigFault[] {
  const fault = (message: string) => [{ variable: 'KEY_NAMESPACE', message }];
  const { data } = NamespaceSchema.safeParse(variables);
  if (data?.KEY_NAMESPACE === undefined) return [];
  const { VERCEL_ENV, KEY_NAMESPACE } = data;
  const forPreviews = KEY_NAMESPACE.startsWith('preview:');
  if (VERCEL_ENV === 'preview' && !forPreviews) {
    return fault('must begin with preview: on a preview deployment');
  }
  if (VERCEL_ENV === 'production' && (forPreviews || KEY_NAMESPACE.startsWith('development:'))) {
    return fault('must not be a preview or development namespace in production');
  }
  return [];
}
