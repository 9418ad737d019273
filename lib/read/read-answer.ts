import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import type { Problem } from '../http/problem.js';
import type { Answer } from '../http/route.js';
import { StoreError } from '../store/store-error.js';
import type { StoredSnapshot } from '../store/stored-snapshot.js';
import { etagOf, matchesEtag } from './etag.js';
import { snapshotUnreadable, storeProblem } from './problems.js';

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
