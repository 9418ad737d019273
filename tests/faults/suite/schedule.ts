import type { RegionId } from '../../../lib/hazards/regions/regions.js';
import type { FaultRule } from '../../../local/upstash/fault-rules.js';

/** What is done to the system, and what is done against it. Played by `playSchedule`. */
export interface Schedule {
  /** The faults of the gateway, for the whole schedule. */
  readonly rules: readonly FaultRule[];
  /** A round begins when every run of the round before has answered; requests of theirs may still be under way. */
  readonly rounds: readonly (readonly Act[])[];
  /** What pushes bring. A parcel that is pushed again brings the same ids again. */
  readonly parcels: readonly Parcel[];
  /** Seeds the jitter of every backoff. */
  readonly jitterSeed: number;
  /** When all faults are bound to one region: which one. Then the other regions must not notice. */
  readonly victim: RegionId | null;
  /** Whether all faults are errors that pass, so briefly that no run may fail for them. */
  readonly brief: boolean;
}

/** `atMs` counts from the start of the round. */
export type Act =
  | {
      readonly act: 'run';
      readonly atMs: number;
      readonly regionIds: readonly RegionId[];
      readonly content: number;
      readonly limits: Limits;
      /** How far the clock of this one function is ahead, in ms. */
      readonly skewMs: number;
    }
  | {
      readonly act: 'push';
      readonly atMs: number;
      readonly parcel: number;
      readonly limits: Limits;
      readonly skewMs: number;
    }
  /** The wall clock of all functions is set forward or back. */
  | { readonly act: 'step'; readonly atMs: number; readonly byMs: number }
  /** Every claim expires, as if its lease had run out: a function was suspended, or a request was that late. */
  | { readonly act: 'expire'; readonly atMs: number };

export interface Limits {
  readonly budgetMs: number;
  readonly requestTimeoutMs: number;
}

export type Parcel = readonly ParcelItem[];

export interface ParcelItem {
  readonly regionId: RegionId;
  readonly content: number;
  /** How old the snapshot is when the schedule begins, in ms; negative when it is dated ahead. */
  readonly ageMs: number;
  /** Brings an id of its own choice, which says nothing about its content. */
  readonly named: boolean;
}

/** Contents that schedules use; the run that heals may bring one that nobody brought before. */
export const CONTENTS = 3;
export const FRESH_CONTENT = CONTENTS;
