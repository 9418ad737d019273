import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** One file of `api/` and the paths it answers. */
export interface FunctionFile {
  /** Relative to the project's folder, with forward slashes: `api/regions/[id].ts`. */
  readonly entrypoint: string;
  /** `['api', 'regions', '[id]']`. */
  readonly segments: readonly string[];
}

/**
 * Lists the functions of a project by Vercel's rules: every script below `api/`, except where the name of the file
 * or of one of its folders starts with `_` or `.`.
 *
 * @returns in the order in which they are to be tried: a literal segment before a dynamic one
 */
export async function findFunctions(root: string): Promise<FunctionFile[]> {
  const paths = await listFiles(join(root, 'api'));
  return paths
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter(isFunction)
    .map((entrypoint) => ({ entrypoint, segments: segmentsOf(entrypoint) }))
    .sort(bySpecificity);
}

/**
 * Matches a path against one function.
 *
 * @param path decoded segments of the request's path
 * @returns the values of its dynamic segments, or null when it does not answer this path
 */
export function matchFunction(file: FunctionFile, path: readonly string[]): Record<string, string> | null {
  if (path.length !== file.segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of file.segments.entries()) {
    const value = path[index] ?? '';
    const name = dynamicName(segment);
    if (name === null ? segment !== value : value === '') return null;
    if (name !== null) params[name] = value;
  }
  return params;
}

const SCRIPT = /\.(?:ts|mts|js|mjs|cjs)$/;

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function isFunction(path: string): boolean {
  return SCRIPT.test(path) && !path.endsWith('.d.ts') && !/\/[_.]/.test(path);
}

function segmentsOf(entrypoint: string): string[] {
  const segments = entrypoint.replace(SCRIPT, '').split('/');
  return segments.at(-1) === 'index' ? segments.slice(0, -1) : segments;
}

function dynamicName(segment: string): string | null {
  return /^\[(.+)\]$/.exec(segment)?.[1] ?? null;
}

function bySpecificity(a: FunctionFile, b: FunctionFile): number {
  return compare(specificity(a), specificity(b)) || compare(a.entrypoint, b.entrypoint);
}

/** Sorts the further ahead, the further left the literal segments are; files of other lengths never compete. */
function specificity({ segments }: FunctionFile): string {
  return segments.map((segment) => (dynamicName(segment) === null ? '0' : '1')).join('');
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
