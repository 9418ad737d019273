import type { Traffic } from './server/messages.js';

/** One measured run. */
export interface Run {
  readonly wallMs: number;
  /** Of the client's process, user and system. */
  readonly cpuMs: number;
  /** Warm: the most heap and buffers above what there was before. In a fresh process: the most memory of all of it. */
  readonly peakBytes: number;
  /** How long it took to load the code; only in a fresh process. */
  readonly importMs: number | null;
  readonly traffic: Traffic;
  /** Snapshots of this run that a look into the store found there, whole. */
  readonly stored: number;
  /** What was said of how many snapshots. */
  readonly told: { readonly persisted: number; readonly duplicate: number; readonly failed: number };
  /** When the last region but the first knew what became of it, ms from the start. */
  readonly othersMs: number;
}

export interface Row {
  readonly name: string;
  /** A floor stores nothing: it shows what the network alone takes. */
  readonly role: 'contender' | 'floor';
  readonly runs: readonly Run[];
  /** Why there is no run. */
  readonly notRun?: string;
}

export const SCENE_NAMES = [
  'warm',
  'cold',
  'growth',
  'slow-region',
  'failing-region',
  'duplicates',
  'whole-run',
  'function',
  'work',
  'import',
] as const;
export type SceneName = (typeof SCENE_NAMES)[number];

/** One table. */
export interface Scene {
  readonly name: Exclude<SceneName, 'import' | 'work'>;
  readonly title: string;
  readonly snapshots: number;
  readonly roundTripMs: number;
  readonly isCold: boolean;
  readonly rows: readonly Row[];
}

/** How long it takes to load a module in a fresh process, in ms, once for each process. */
export interface ImportTime {
  readonly module: string;
  readonly ms: readonly number[];
}

/** CPU time in ms, the least of several rounds. */
export interface Work {
  /** To make a snapshot of 20 KB ready for the store. */
  readonly snapshotMs: number;
  /** To write it once and hash it once. */
  readonly bareSnapshotMs: number;
  /** What making it ready consists of. */
  readonly partsMs: Readonly<Record<string, number>>;
  /** To answer the largest push that is accepted, its snapshots stored. */
  readonly largestPushMs: number;
  /** To refuse a push of as many bytes with too many fields. */
  readonly manyKeysMs: number;
}

export interface Target {
  readonly text: string;
  readonly kind: 'at most' | 'at least';
  readonly limit: number;
  readonly value: number;
  readonly met: boolean;
}
