import { type FunctionFile, matchFunction } from './function-files.js';
import { compileSource } from './source-pattern.js';
import type { StaticFiles } from './static-files.js';
import type { VercelConfig } from './vercel-config.js';

/** What answers a request. */
export type Target =
  | { readonly kind: 'function'; readonly entrypoint: string; readonly search: string }
  | { readonly kind: 'static'; readonly file: string }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'not-found' };

export interface Router {
  /**
   * Says what answers a request, in Vercel's order: files and functions that the path names, then rewrites.
   *
   * @param url path and query as they were sent, `/api/regions/mena?limit=3`
   */
  resolve(url: string): Promise<Target>;
  /** Headers that vercel.json adds to every answer on this path, later rules over earlier ones. */
  headersFor(url: string): ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

export interface RouterDeps {
  readonly functions: readonly FunctionFile[];
  readonly files: StaticFiles;
  readonly config: VercelConfig;
}

/** @throws when vercel.json holds a pattern that cannot be followed here */
export function createRouter({ functions, files, config }: RouterDeps): Router {
  const headerRules = config.headers.map((rule) => ({ ...rule, match: compileSource(rule.source) }));
  const rewrites = config.rewrites.map((rule) => ({ ...rule, match: compileSource(rule.source) }));

  async function onFilesystem(pathname: string, search: string): Promise<Target> {
    const path = decodePath(pathname);
    if (path === null) return { kind: 'malformed' };
    const file = await files.find(path);
    if (file !== null) {
      const location = config.cleanUrls ? cleanUrl(pathname) : null;
      return location === null ? { kind: 'static', file } : { kind: 'redirect', location: location + search };
    }
    for (const candidate of functions) {
      const params = matchFunction(candidate, path);
      if (params === null) continue;
      return { kind: 'function', entrypoint: candidate.entrypoint, search: withParams(search, params) };
    }
    return { kind: 'not-found' };
  }

  return {
    async resolve(url) {
      const { pathname, search } = splitUrl(url);
      const target = await onFilesystem(pathname, search);
      if (target.kind !== 'not-found') return target;
      for (const rule of rewrites) {
        const params = rule.match(pathname);
        if (params === null) continue;
        const destination = rewrite(rule.destination, search, params);
        const rewritten = await onFilesystem(destination.pathname, destination.search);
        if (rewritten.kind !== 'not-found') return rewritten;
      }
      return target;
    },
    headersFor(url) {
      const { pathname } = splitUrl(url);
      return headerRules.filter((rule) => rule.match(pathname) !== null).flatMap((rule) => rule.headers);
    },
  };
}

function splitUrl(url: string): { pathname: string; search: string } {
  const at = url.indexOf('?');
  return at === -1 ? { pathname: url, search: '' } : { pathname: url.slice(0, at), search: url.slice(at) };
}

/** Decoded segments, without the empty one of a trailing slash; null when the encoding is broken. */
function decodePath(pathname: string): string[] | null {
  if (!pathname.startsWith('/')) return null;
  const segments = pathname.slice(1).replace(/\/$/, '').split('/');
  try {
    return segments.length === 1 && segments[0] === '' ? [] : segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Dynamic segments reach a function as query parameters; a parameter of that name in the query gives way. */
function withParams(search: string, params: Readonly<Record<string, string>>): string {
  if (Object.keys(params).length === 0) return search;
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(params)) query.set(name, value);
  return `?${query}`;
}

function rewrite(destination: string, search: string, params: Readonly<Record<string, string>>) {
  const filled = destination.replace(/:([A-Za-z_]\w*)[*+?]?/g, (whole, name) => params[name] ?? whole);
  const target = splitUrl(filled);
  const query = new URLSearchParams(target.search);
  for (const [name, value] of new URLSearchParams(search)) query.append(name, value);
  for (const [name, value] of Object.entries(params)) {
    if (!/^\d+$/.test(name) && !query.has(name)) query.set(name, value);
  }
  return { pathname: target.pathname, search: query.size === 0 ? '' : `?${query}` };
}

/** Where `/about.html` and `/docs/index` redirect to, null for a path that is clean already. */
function cleanUrl(pathname: string): string | null {
  const cleaned = pathname.replace(/\.html$/, '').replace(/\/index$/, '/');
  return cleaned === pathname ? null : cleaned;
}
