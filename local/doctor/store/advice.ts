import type { StoreError } from '../../../lib/persister/upstash/error.js';
import { type Finding, fail } from '../check.js';

const TOKEN = 'UPSTASH_REDIS_REST_TOKEN (or KV_REST_API_TOKEN)';

const ADVICE: Readonly<Record<string, string>> = {
  'store-http-401': `The store does not know this token. Copy ${TOKEN} anew from the database's page, together with its URL.`,
  'store-http-403': `The store does not let this token or this address in. Check ${TOKEN}, and the database's list of allowed addresses.`,
  'store-http-404':
    'There is no REST API of Upstash at this URL: take the one called REST URL, not redis://….',
  'store-http-429': 'The database has reached the limit of its plan: see its page at console.upstash.com.',
  'store-unreachable':
    'Check the host in UPSTASH_REDIS_REST_URL (or KV_REST_API_URL), that the database still exists, and the network.',
  'store-timeout': 'The store is very slow or not there: see status.upstash.com, then try again.',
  'store-bad-answer':
    'Something else than the REST API of Upstash answers at this URL: check it, and any proxy on the way.',
  'redis-noperm': `This is a read-only token. Set ${TOKEN} to the one that may write; KV_REST_API_READ_ONLY_TOKEN is not it.`,
  'redis-readonly':
    'This is a read-only replica, or the database is being moved: use the URL of the primary.',
  'redis-oom': 'The database is full: raise its plan. Never turn on eviction, which would drop snapshots.',
};

/** A finding from what the store answered. The message of a StoreError names no token, no URL and no payload. */
export function storeFailure(subject: string, { code, message }: StoreError): Finding {
  return fail(subject, `${message} (${code})`, ADVICE[code] ?? 'See the database at console.upstash.com.');
}
