import { createHash } from 'node:crypto';
import { createKeys, type Keys } from '../../../lib/persister/upstash/keys.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { Endpoint } from './contender.js';

/** The same content of a region is stored once in this time, in seconds. */
export const DEDUP_WINDOW_S = 15 * 60;
/** How long snapshots are kept, in seconds: 90 days. */
const RETENTION_S = 90 * 86_400;

/** The commands that the writes need, as the Upstash client and its pipelines both have them. */
export interface WriteCommands {
  set(key: string, value: string, options: { ex: number }): unknown;
  zadd(key: string, entry: { score: number; member: string }): unknown;
  zremrangebyscore(key: string, min: '-inf', max: `(${number}`): unknown;
  expire(key: string, seconds: number): unknown;
}

export interface Layout {
  /** The deduplication key of a snapshot: its region and its content. */
  dedupKey(snapshot: Snapshot): string;
  /**
   * Issues the six commands that store a snapshot.
   *
   * @returns what each of them returned
   */
  write(commands: WriteCommands, snapshot: Snapshot): unknown[];
}

/** How snapshots lie in the store, for everyone who writes them without a script. */
export function createLayout({ namespace }: Endpoint): Layout {
  const keys = createKeys(namespace);
  return {
    dedupKey: (snapshot) => keys.dedup(snapshot.region_id, hashOf(contentOf(snapshot))),
    write: (commands, snapshot) => write(keys, commands, snapshot),
  };
}

/** What makes two snapshots the same: all but when and by whom they were made. */
export function contentOf(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  const { generated_at: _generatedAt, meta: _meta, ...content } = snapshot;
  return content;
}

function write(keys: Keys, commands: WriteCommands, snapshot: Snapshot): unknown[] {
  const { region_id: region, generated_at: generatedAt, regime, meta } = snapshot;
  const id = meta.snapshot_id;
  const head = JSON.stringify({ id, generated_at: generatedAt, regime });
  return [
    commands.set(keys.snapshotById(id), JSON.stringify(snapshot), { ex: RETENTION_S }),
    commands.set(keys.latest(region), id, { ex: RETENTION_S }),
    commands.set(keys.head(region), head, { ex: RETENTION_S }),
    commands.zadd(keys.index(region), { score: generatedAt, member: id }),
    commands.zremrangebyscore(keys.index(region), '-inf', `(${Date.now() - RETENTION_S * 1_000}`),
    commands.expire(keys.index(region), RETENTION_S),
  ];
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
