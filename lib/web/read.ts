import { createHash } from 'node:crypto';
import type { Config } from '../config.js';
import type { StoredSnapshot } from '../persister/stored.js';
import { StoreError } from '../persister/upstash/error.js';
import { type Problem, snapshotUnreadable, storeProblem } from './problem.js';
import type { Answer } from './route.js';

/** Monitors and caches ask with HEAD. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/** What was read, or why it could not be. */
export function readAnswer(config: Config, result: object | StoreError): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  return { status: 200, body: result, headers: cachingHeaders(config) };
}

/**
 * A snapshot as it is stored, with an ETag; 304 for a caller that has it already.
 *
 * @param absent the answer when there is none
 */
export function snapshotAnswer(
  request: Pick<Request, 'headers'>,
  config: Config,
  result: StoredSnapshot | StoreError,
  absent: Problem,
): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  if (result.status === 'absent') return { problem: absent };
  if (result.status === 'unreadable') return { problem: snapshotUnreadable(result) };
  const etag = etagOf(result.payload);
  const headers = { ...cachingHeaders(config), etag };
  return matchesEtag(request.headers.get('if-none-match'), etag)
    ? { status: 304, headers }
    : { status: 200, body: result.snapshot, headers };
}

/**
 * Shared caches keep open reads for a minute, and for five more while they fetch a fresh answer. Reads behind a token
 * are never kept. Neither needs a Vary: no header selects among answers, and RFC 9110 (section 12.5.5) asks for none
 * for Authorization.
 */
function cachingHeaders({ readToken }: Config): Record<string, string> {
  const open = readToken === undefined;
  return { 'cache-control': open ? 'public, s-maxage=60, stale-while-revalidate=300' : 'private, no-store' };
}

/** A strong entity tag: the same for the same text, and for no other. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/**
 * Whether a caller has this representation already (RFC 9110, section 13.1.2). Tags are compared weakly, as that
 * section requires: a proxy that compresses makes a strong tag weak.
 *
 * @param ifNoneMatch the header: `*`, or a list of tags
 */
export function matchesEtag(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(OPAQUE_TAG)].some(([tag]) => tag === etag);
}

/** The quoted part of a tag; a comma may stand in it. */
const OPAQUE_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;
