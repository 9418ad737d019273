import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import type { StoredSnapshot } from '../persister/stored.js';
import { StoreError } from '../persister/upstash/error.js';
import { type Problem, snapshotUnreadable, storeProblem } from './problem.js';
import type { Answer } from './route.js';

/** HEAD is what monitors and caches ask with; Node leaves out the body. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/** What was read, or why it could not be. */
export function readAnswer(config: Config, result: object | StoreError): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  return { status: 200, body: result, headers: cachingHeaders(config) };
}

/**
 * A snapshot as it is stored, with an ETag; 304 to a caller that has it.
 *
 * @param absent the answer when there is none
 */
export function snapshotAnswer(
  req: Pick<IncomingMessage, 'headers'>,
  config: Config,
  result: StoredSnapshot | StoreError,
  absent: Problem,
): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  if (result.status === 'absent') return { problem: absent };
  if (result.status === 'unreadable') return { problem: snapshotUnreadable(result) };
  const etag = etagOf(result.payload);
  const headers = { ...cachingHeaders(config), etag };
  return matchesEtag(req.headers['if-none-match'], etag)
    ? { status: 304, headers }
    : { status: 200, body: result.snapshot, headers };
}

/**
 * Open reads are shared for a minute, and for five more while a fresh answer is fetched. What takes a token is kept by
 * nobody. Neither needs a Vary: no header selects among answers, and RFC 9110 (section 12.5.5) wants none for
 * Authorization.
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
 * section wants it: a proxy that compresses makes a strong tag weak.
 *
 * @param ifNoneMatch the header: `*`, or a list of tags
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(OPAQUE_TAG)].some(([tag]) => tag === etag);
}

/** The quoted part of a tag; a comma may stand in it. */
const OPAQUE_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;
