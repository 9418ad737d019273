import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { matchesGlob } from './glob.js';

/** Vercel's own default, for functions that no pattern of `functions` names. */
const DEFAULT_MAX_DURATION_S = 300;

// Rules are strict objects: a condition such as `has` that is not followed here must not be silently dropped.
const HeaderRuleSchema = z.strictObject({
  source: z.string().startsWith('/'),
  headers: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })),
});

const RewriteRuleSchema = z.strictObject({
  source: z.string().startsWith('/'),
  destination: z.string().startsWith('/', 'only rewrites to a path of this deployment are followed locally'),
});

const CronSchema = z.object({ path: z.string().startsWith('/'), schedule: z.string() });
export type Cron = z.infer<typeof CronSchema>;

/** The part of `vercel.json` that the local router follows. Other settings concern the build: ignored. */
export const VercelConfigSchema = z.object({
  cleanUrls: z.boolean().default(false),
  functions: z.record(z.string(), z.object({ maxDuration: z.number().positive().optional() })).default({}),
  headers: z.array(HeaderRuleSchema).default([]),
  rewrites: z.array(RewriteRuleSchema).default([]),
  crons: z.array(CronSchema).default([]),
});
export type VercelConfig = z.infer<typeof VercelConfigSchema>;

/**
 * Reads `vercel.json`.
 *
 * @param root the project's folder
 * @returns the settings, or their defaults when the file does not exist
 * @throws when the file is not JSON, or holds a routing rule that cannot be followed here
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
    throw new Error(`${path} is not JSON`, { cause: error });
  }
}
