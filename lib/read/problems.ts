import type { Problem } from '../http/problem.js';
import { REGION_IDS, type RegionId } from '../regions.js';
import type { StoreError } from '../store/store-error.js';
import type { UnreadableSnapshot } from '../store/stored-snapshot.js';

export const UNKNOWN_REGION: Problem = {
  status: 404,
  code: 'unknown-region',
  title: 'There is no such region',
  detail: `The regions are ${REGION_IDS.join(', ')}`,
  regions: REGION_IDS,
};

/** Also for an id that no snapshot can have: there is none either way. */
export const UNKNOWN_SNAPSHOT: Problem = {
  status: 404,
  code: 'unknown-snapshot',
  title: 'There is no such snapshot',
  detail: 'It was never stored, or its time is up: the history of each region lists those that are kept',
  regions: REGION_IDS,
};

export function noSnapshot(regionId: RegionId): Problem {
  const detail = `Nothing has been stored for ${regionId} yet`;
  return { status: 404, code: 'no-snapshot', title: 'The region has no snapshot', detail };
}

export function snapshotUnreadable({ id, message }: UnreadableSnapshot): Problem {
  return {
    status: 502,
    code: 'snapshot-unreadable',
    title: 'A stored snapshot cannot be read',
    detail: `The snapshot ${id} ${message}`,
    snapshotId: id,
  };
}

/** 502 when the store answered what it should not hold, else 503: then asking again may help. */
export function storeProblem({ code, message, retryAfterMs }: StoreError): Problem {
  if (code === 'redis-wrongtype' || code === 'store-bad-answer') {
    return { status: 502, code: 'store-unreadable', title: 'The store cannot be read', detail: message };
  }
  const title = 'The store cannot be reached';
  const problem: Problem = { status: 503, code: 'store-unreachable', title, detail: message };
  if (retryAfterMs === undefined) return problem;
  return { ...problem, headers: { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` } };
}
