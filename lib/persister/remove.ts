import { readStored } from './reads.js';
import { contentHash, type Fields, withoutEnvelope } from './record.js';
import type { Reads } from './upstash/read.js';
import type { Removing } from './upstash/remove.js';

export interface RemoveDeps {
  readonly store: Pick<Reads, 'snapshot'> & Removing;
  /** The content of a document, as in the draft that it was stored from. Default: all but its envelope. */
  readonly contentOf?: (document: Fields) => unknown;
  /** What the head of a document holds beside id, time and hash. Default: nothing. */
  readonly headOf?: (document: Fields) => Fields;
}

export type Removal = 'removed' | 'absent' | 'unreadable' | 'busy';

/** How often a removal is tried again when writers change the newest snapshot meanwhile. */
const ATTEMPTS = 5;

/**
 * Removes a snapshot. When it was the newest of its entity, the one before it becomes the latest.
 *
 * @returns `absent` when there is none of this id, `unreadable` when what is stored under it is not a snapshot, and `busy`
 *   when other writers were faster every time
 * @throws StoreError when the request to the store failed
 */
export async function removeSnapshot(
  { store, contentOf = withoutEnvelope, headOf = () => ({}) }: RemoveDeps,
  id: string,
  signal: AbortSignal,
): Promise<Removal> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const payload = await store.snapshot(id, signal);
    if (payload === null) return 'absent';
    const stored = readStored(payload, { id });
    if (stored.status !== 'found') return 'unreadable';
    const entity = stored.snapshot.region_id;
    const hash = contentHash(contentOf(stored.snapshot));
    const successor = await successorOf(entity);
    const reply = await store.remove({ entity, id, hash, payload, successor }, signal);
    if (reply !== 'moved') return reply;
  }
  return 'busy';

  async function successorOf(entity: string): Promise<{ id: string; head: string } | null> {
    const next = (await store.newest(entity, signal)).find((newest) => newest !== id);
    if (next === undefined) return null;
    const payload = await store.snapshot(next, signal);
    const stored = payload === null ? null : readStored(payload, { id: next });
    const document = stored?.status === 'found' ? stored.snapshot : null;
    const hash = document === null ? '' : contentHash(contentOf(document));
    const generatedAt = document?.generated_at ?? 0;
    const head = {
      id: next,
      generated_at: generatedAt,
      hash,
      ...(document === null ? {} : headOf(document)),
    };
    return { id: next, head: JSON.stringify(head) };
  }
}
