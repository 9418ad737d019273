import type { Config, Env } from '../../../lib/config.js';
import type { Clock } from '../../../lib/limits/deadline.js';
import { createStoreClient } from '../../../lib/persister/upstash/client.js';
import type { Group } from '../check.js';
import { checkClock } from './clock.js';
import { checkEviction } from './eviction.js';
import { checkNamespace } from './namespace.js';
import { checkPipeline, ping } from './ping.js';
import { rehearse } from './rehearsal.js';
import { findRequestLimit } from './request-limit.js';

/**
 * Checks the database with the requests that a run makes.
 *
 * @param deps.env says which rule the namespace follows
 */
export function storeGroup(store: Config['store'], deps: { env: Env; clock: Clock }): Group {
  const client = createStoreClient(store);
  return {
    title: `store ${new URL(store.url).host}`,
    checks: [
      { subject: 'latency', limitMs: 6_000, gate: true, run: (signal) => ping(client, deps.clock, signal) },
      { subject: 'protocol', limitMs: 6_000, run: (signal) => rehearse(store, deps.clock, signal) },
      { subject: 'pipeline', limitMs: 3_000, run: (signal) => checkPipeline(client, signal) },
      { subject: 'request limit', limitMs: 8_000, run: (signal) => findRequestLimit(store, signal) },
      { subject: 'clock (TIME)', limitMs: 3_000, run: (signal) => checkClock(client, deps.clock, signal) },
      { subject: 'eviction', limitMs: 4_000, run: (signal) => checkEviction(store, client, signal) },
      {
        subject: 'namespace',
        limitMs: 3_000,
        run: (signal) => checkNamespace(client, store.namespace, deps.env, signal),
      },
    ],
  };
}
