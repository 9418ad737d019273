import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';
import { Redis } from '@upstash/redis';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import { type Connect, startWatch, type Told } from './contender.js';
import { contentOf, createLayout, DEDUP_WINDOW_S } from './layout.js';

type CacheClient = ConstructorParameters<typeof CachePersistenceLayer>[0]['client'];

/**
 * AWS Powertools' idempotency: a record "in progress", the writes, the record "completed", for all regions at once.
 * Its cache layer takes any client with get, set and del; it is given the one that everybody here uses.
 */
export const connect: Connect = (endpoint) => {
  const redis = new Redis({ ...endpoint, automaticDeserialization: false });
  const layout = createLayout(endpoint);
  // Its first argument is what the record is named by.
  const store = makeIdempotent(
    async (_content: Readonly<Record<string, unknown>>, snapshot: Snapshot) => {
      const pipeline = redis.pipeline();
      layout.write(pipeline, snapshot);
      await pipeline.exec();
      return { id: snapshot.meta.snapshot_id };
    },
    {
      persistenceStore: new CachePersistenceLayer({ client: cacheClient(redis) }),
      config: new IdempotencyConfig({ expiresAfterSeconds: DEDUP_WINDOW_S, lambdaContext: LAMBDA_CONTEXT }),
      keyPrefix: `${endpoint.namespace}dedup`,
    },
  );
  return async (snapshots) => {
    const elapsedMs = startWatch();
    return Promise.all(
      snapshots.map(async (snapshot): Promise<Told> => {
        const status = await store(contentOf(snapshot), snapshot).then(
          ({ id }) => (id === snapshot.meta.snapshot_id ? 'persisted' : 'duplicate'),
          () => 'failed' as const,
        );
        return { regionId: snapshot.region_id, status, doneMs: elapsedMs() };
      }),
    );
  };
};

/** What is left of the function's time decides how long a record "in progress" counts. */
const LAMBDA_CONTEXT = { getRemainingTimeInMillis: () => 50_000 };

function cacheClient(redis: Redis): CacheClient {
  return {
    get: (name) => redis.get<string>(name),
    set: (name, value, options) => {
      const ex = DEDUP_WINDOW_S;
      // The layer sets a record "in progress" only where there is none, and overwrites it when it is completed.
      const isNew = typeof options === 'object' && options !== null && 'NX' in options;
      return redis.set(String(name), String(value), isNew ? { ex, nx: true } : { ex });
    },
    del: (keys) => redis.del(...keys),
  };
}
