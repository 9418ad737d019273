import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { compileSource, matchesGlob } from './patterns.js';

/** Vercel's own default, for functions that no pattern of `functions` names. */
const DEFAULT_MAX_DURATION_S = 300;

// Strict: a condition such as `has`, which is not supported here, must not be dropped silently.
const HeaderRuleSchema = z.strictObject({
  source: z.string().startsWith('/'),
  headers: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })),
});

const CronSchema = z.object({ path: z.string().startsWith('/'), schedule: z.string() });
export type Cron = z.infer<typeof CronSchema>;

/** The part of `vercel.json` that is read here. Settings of the build are ignored. */
export const VercelConfigSchema = z.looseObject({
  functions: z.record(z.string(), z.object({ maxDuration: z.number().positive().optional() })).default({}),
  headers: z.array(HeaderRuleSchema).default([]),
  crons: z.array(CronSchema).default([]),
});
export type VercelConfig = z.infer<typeof VercelConfigSchema>;

/**
 * Reads `vercel.json`.
 *
 * @param root the project's folder
 * @returns the settings, or their defaults when the file does not exist
 * @throws when the file is not valid JSON, or has a header rule that is not supported here
 */
export async function loadVercelConfig(root: string): Promise<VercelConfig> {
  const path = join(root, 'vercel.json');
  const text = await readIfPresent(path);
  if (text === null) return VercelConfigSchema.parse({});
  const parsed = VercelConfigSchema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path}:\n${z.prettifyError(parsed.error)}`);
}

/**
 * How long one call of a function may take, by the first pattern of `functions` that names its file.
 *
 * @param entrypoint the function's file, relative to the project's folder
 * @returns milliseconds
 */
export function maxDurationMs(config: VercelConfig, entrypoint: string): number {
  const settings = Object.entries(config.functions).find(([pattern]) => matchesGlob(pattern, entrypoint));
  return (settings?.[1].maxDuration ?? DEFAULT_MAX_DURATION_S) * 1000;
}

/** Settings that change which file or function answers a path. This project uses none of them. */
const UNSUPPORTED = ['cleanUrls', 'redirects', 'rewrites', 'routes', 'trailingSlash'];

/**
 * Compiles the header rules.
 *
 * @returns a function from a path to the headers that vercel.json adds to its answers; later rules win
 * @throws when vercel.json uses a pattern or a routing setting that the local stack does not support
 */
export function headersOf(config: VercelConfig) {
  const unsupported = UNSUPPORTED.filter((name) => config[name] !== undefined);
  if (unsupported.length > 0) {
    throw new Error(`vercel.json uses ${unsupported.join(', ')}, which the local stack does not support`);
  }
  const rules = config.headers.map(({ source, headers }) => ({ matches: compileSource(source), headers }));
  return (path: string) =>
    rules.filter(({ matches }) => matches(path) !== null).flatMap(({ headers }) => headers);
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not valid JSON`, { cause: error });
  }
}
