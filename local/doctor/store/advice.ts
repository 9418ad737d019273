import type { StoreError } from '../../../lib/persister/upstash/error.js';
import { type Finding, fail } from '../check.js';

const TOKEN = 'UPSTASH_REDIS_REST_TOKEN (or KV_REST_API_TOKEN)';

const DATABASE = 'console.upstash.com';

const ADVICE: Readonly<Record<string, string>> = {
  'store-unauthorised': `The store does not know this token. Copy ${TOKEN} again from the database's page, together with its URL.`,
  'store-command-refused': `The store does not allow a command that a run needs. With a read-only token that is every write: set ${TOKEN} to the one that may write, not to KV_REST_API_READ_ONLY_TOKEN. With an access list (ACL), or another server than Upstash, allow EVAL and EVAL_RO.`,
  'store-quota': `The plan's requests are used up, and nothing is stored until they are renewed: raise the plan at ${DATABASE}.`,
  'store-full':
    'The database is full: raise its plan. Do not switch eviction on to make room: it would drop snapshots.',
  'store-request-too-large': `The request is larger than the database's plan allows: raise the limit at ${DATABASE}, or push smaller snapshots.`,
  'store-connections':
    'The database has as many connections as its plan allows: close other clients, or raise the plan.',
  'store-url-invalid':
    "UPSTASH_REDIS_REST_URL (or KV_REST_API_URL) must be the http or https address called REST URL on the database's page.",
  'store-http-403': `The store refuses this token or this address. Check ${TOKEN}, and the database's list of allowed addresses.`,
  'store-http-404':
    'There is no Upstash REST API at this URL: use the one called REST URL, not the one that begins with redis://.',
  'store-http-429': `The database reports too many requests: see its limits at ${DATABASE}.`,
  'store-unreachable':
    'Check the host in UPSTASH_REDIS_REST_URL (or KV_REST_API_URL), that the database still exists, and the network.',
  'store-timeout': 'The store is very slow or unreachable: see status.upstash.com, then try again.',
  'store-bad-answer':
    'Something other than the Upstash REST API answers at this URL: check it, and any proxy in between.',
  'redis-err':
    'Redis does not accept a command as it arrived: check that it is Upstash, or Redis 7 behind the same REST API, and that nothing in between changes commands. (Some servers turn 7776000000 into 7.776e+09.)',
  'redis-readonly':
    'This is a read-only replica, or the database is being moved: use the URL of the primary, or try again in a minute.',
  'redis-loading': 'Redis is starting: try again in a minute.',
  'redis-busy': 'Redis is running a long script for another client: try again in a minute.',
};

/** Other states of a server that pass by themselves. */
const PASSING_ADVICE = 'The database is failing over or overloaded: try again in a minute.';

/** A finding from what the store answered. The message of a StoreError names no token, no URL and no payload. */
export function storeFailure(subject: string, { code, message, retryable }: StoreError): Finding {
  const lookUp = `Look ${code} up in docs/operations.md, "Codes", and see the database at ${DATABASE}.`;
  const advice = ADVICE[code] ?? (retryable ? PASSING_ADVICE : lookUp);
  return fail(subject, `${message} (${code})`, advice);
}
