import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { StoreWitness } from '../measure/stored.js';
import { makePayloads } from '../payloads.js';
import type { BenchServer } from '../server/start-bench-server.js';

/** What every scene needs. */
export interface Bench {
  readonly server: BenchServer;
  readonly witness: StoreWitness;
  /** Fewer rounds and smaller scenes. */
  readonly quick: boolean;
  /** The most runs of each contender in a scene. */
  readonly runs: number;
  /** The most runs of each from fresh processes. */
  readonly coldRuns: number;
  /** Where the plain JavaScript is that fresh processes run. */
  readonly plainJs: string;
  /** Tells whoever waits what is being done. */
  progress(text: string): void;
}

export const PAYLOAD_BYTES = 20_000;

/** A row gets no further run when its runs have taken this long together. */
export const ROW_SHARE_MS = 8_000;

/** The 8 regions, or as many invented entities as are asked for. */
export function regionIds(count: number): readonly string[] {
  return count === REGION_IDS.length ? REGION_IDS : Array.from({ length: count }, (_, i) => `entity-${i}`);
}

/** The payloads of a round, the same for all who take part in it. */
export function payloadsOf(count: number, round: number, generatedAt = Date.now()): Snapshot[] {
  return makePayloads({ regionIds: regionIds(count), bytes: PAYLOAD_BYTES, salt: `r${round}`, generatedAt });
}

/** Turns a list, so that nobody is always the first. */
export function rotate<T>(items: readonly T[], by: number): T[] {
  const from = by % Math.max(1, items.length);
  return [...items.slice(from), ...items.slice(0, from)];
}
