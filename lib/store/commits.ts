import { z } from 'zod';
import type { PreparedSnapshot } from '../prepare-snapshot.js';
import { HISTORY_MS } from '../snapshot.js';
import { readSlot, type StoreClient } from './client.js';
import type { Keys } from './keys.js';
import { PUBLISH } from './scripts/publish.js';
import { StoreError } from './store-error.js';

/** How long the same content of a region counts as a duplicate, in ms. */
export const DEDUP_WINDOW_MS = 15 * 60_000;

export interface Publication {
  readonly snapshot: PreparedSnapshot;
  /** What a claim answered: the value that the dedup key must hold. */
  readonly fence: string;
  /** Epoch ms of the run: by the same moment the age of the snapshot was judged, so it cannot prune itself. */
  readonly now: number;
}

const PublishedSchema = z.enum(['stored', 'lost', 'conflict']);

export type PublishReply =
  | { readonly status: z.infer<typeof PublishedSchema> }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface Commits {
  /**
   * Publishes claimed snapshots, all in one pipeline, each as one atomic step (see `scripts/publish.ts`).
   *
   * @returns a reply for each publication, in order
   * @throws StoreError when the request as a whole failed; some of the snapshots may have been stored
   */
  publish(publications: readonly Publication[], signal: AbortSignal): Promise<readonly PublishReply[]>;
}

/** @param retentionMs how long the keys of a snapshot live, in ms */
export function createCommits(client: StoreClient, keys: Keys, retentionMs: number): Commits {
  return {
    async publish(publications, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const publication of publications) {
          pipeline.eval(PUBLISH, publishKeys(keys, publication), publishArgs(publication, retentionMs));
        }
      }, signal);
      return slots.map((slot): PublishReply => {
        const published = readSlot(slot, PublishedSchema);
        return published instanceof StoreError
          ? { status: 'failed', error: published }
          : { status: published };
      });
    },
  };
}

function publishKeys(keys: Keys, { snapshot: { regionId, hash, id } }: Publication): string[] {
  return [
    keys.dedup(regionId, hash),
    keys.snapshotById(id),
    keys.index(regionId),
    keys.trend(regionId),
    keys.latest(regionId),
    keys.head(regionId),
  ];
}

function publishArgs({ snapshot, fence, now }: Publication, retentionMs: number): (string | number)[] {
  // A snapshot dated ahead stays in the index that much longer, and what the index names must be there.
  const lifetimeMs = retentionMs + Math.max(0, snapshot.generatedAt - now);
  return [
    fence,
    snapshot.id,
    snapshot.payload,
    snapshot.generatedAt,
    snapshot.head,
    snapshot.trendPoint,
    lifetimeMs,
    DEDUP_WINDOW_MS,
    now - HISTORY_MS,
  ];
}
