import { z } from 'zod';
import type { Fields } from '../persister/record.js';
import { type HazardEvent, isSameQuake } from './event.js';
import {
  type Claim,
  type Hearing,
  isSettled,
  type RunMemory,
  type Statement,
  statementsOf,
  without,
} from './memory.js';
import { type Evidence, EvidenceSchema, HazardTypeSchema } from './snapshot.js';

/** An event that counts, either reported in this run or held. */
export interface Counted {
  readonly id: string;
  readonly type: HazardEvent['type'];
  readonly severity: number;
  /** Epoch ms; of a held event only its last observation is known, of one without evidence nothing. */
  readonly startedAt: number;
  /** null for a held event whose snapshot could not be read. */
  readonly evidence: Evidence | null;
}

/** What is held for the inputs that did not answer in full. */
export interface Holding {
  readonly events: readonly Counted[];
  readonly inputs: readonly { readonly input: string; readonly since: number }[];
  /** Whether some input answered in full neither now nor within the last 24 hours. */
  readonly isUnknown: boolean;
}

export interface HoldRequest {
  readonly hearings: readonly Hearing[];
  readonly memory: RunMemory | null;
  /** Earlier snapshots by id, as far as they could be read. */
  readonly recalled: ReadonlyMap<string, Fields>;
  readonly now: number;
}

/** Ids of the snapshots with the evidence of what is held. None when every input answered in full. */
export function snapshotsToRecall({ hearings, memory, now }: Omit<HoldRequest, 'recalled'>): string[] {
  const statements = unheard(hearings).flatMap(({ input }) => statementsOf(memory, input, now));
  return [
    ...new Set(statements.flatMap(({ events, snapshot_id }) => (events.length > 0 ? snapshot_id : []))),
  ];
}

/**
 * The last observation carried forward: for an input that did not answer in full, what it last reported about the
 * region counts for 24 hours. What it reported of an event in this run, or later than the rest, replaces what it
 * reported before.
 */
export function hold({ hearings, memory, recalled, now }: HoldRequest): Holding {
  const evidenceOf = evidenceReader(recalled);
  const events: Counted[] = [];
  const inputs: { input: string; since: number }[] = [];
  let isUnknown = hearings.length === 0;
  for (const { input, claims } of unheard(hearings)) {
    const statements = statementsOf(memory, input, now);
    const complete = statements.find((statement) => statement.complete);
    if (complete === undefined) isUnknown = true;
    const since = (complete ?? statements[0])?.at;
    if (since !== undefined) inputs.push({ input, since });
    const replaced = new Set(claims.map(({ id }) => id));
    for (const statement of statements) {
      const { at, snapshot_id, events: said, ...left } = without(statement, replaced);
      for (const claim of said) events.push(heldEvent(claim, at, evidenceOf(snapshot_id, claim.id)));
      for (const claim of unlisted(input, said, left.severity)) events.push(heldEvent(claim, at, null));
      for (const { id } of said) replaced.add(id);
    }
  }
  return { events, inputs, isUnknown };
}

/**
 * Joins what was reported with what is held. Of two versions of one event the more severe is kept, and of equals the
 * reported one.
 *
 * @returns each event once, the most severe first, then the latest, then by id
 */
export function joinHeld(events: readonly HazardEvent[], held: readonly Counted[]): Counted[] {
  const counted = events.map(heardEvent);
  for (const event of held.toSorted(compareCounted)) {
    const at = counted.findIndex((other) => isSame(event, other));
    const other = counted[at];
    if (other === undefined) counted.push(event);
    else if (event.severity > other.severity) counted[at] = event;
  }
  return counted.sort(compareCounted);
}

/** Stands for the events that a statement had no room to list: their highest severity, without evidence. */
function unlisted(input: string, listed: readonly Claim[], severity: Statement['severity']): Claim[] {
  return HazardTypeSchema.options.flatMap((type) => {
    const highest = severity[type] ?? 0;
    const isListed = listed.some((claim) => claim.type === type && claim.severity >= highest);
    return highest === 0 || isListed ? [] : [{ id: `${input}:${type}`, type, severity: highest }];
  });
}

function unheard(hearings: readonly Hearing[]): readonly Hearing[] {
  return hearings.filter((hearing) => !isSettled(hearing));
}

function isSame(a: Counted, b: Counted): boolean {
  if (a.id === b.id) return true;
  if (a.type !== 'earthquake' || b.type !== 'earthquake' || !a.evidence || !b.evidence) return false;
  return isSameQuake({ ...a.evidence, startedAt: a.startedAt }, { ...b.evidence, startedAt: b.startedAt });
}

/** Not by when they were last observed: a newer look at the same events would make another content. */
function compareCounted(a: Counted, b: Counted): number {
  return b.severity - a.severity || b.startedAt - a.startedAt || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
}

/** The evidence may come from another feed, which reported the event as more severe. */
function heldEvent({ id, type, severity }: Claim, since: number, evidence: Evidence | null): Counted {
  const startedAt = evidence?.observed_at ?? 0;
  return {
    id,
    type,
    severity,
    startedAt,
    evidence: evidence && { ...evidence, severity, held_since: since },
  };
}

function heardEvent(event: HazardEvent): Counted {
  const { id, type, severity, startedAt, source, summary, longitude, latitude, url } = event;
  const evidence: Evidence = {
    id,
    type,
    source,
    summary,
    severity,
    observed_at: event.observedAt,
    longitude,
    latitude,
    countries: [...event.countries],
    url,
  };
  return { id, type, severity, startedAt, evidence };
}

const WithEvidenceSchema = z.object({ evidence: z.array(z.unknown()) });

/** Finds evidence in earlier snapshots, each of which is read at most once. */
function evidenceReader(recalled: ReadonlyMap<string, Fields>) {
  const read = new Map<string, ReadonlyMap<string, Evidence>>();
  return (snapshotId: string, id: string): Evidence | null => {
    const evidence = read.get(snapshotId) ?? evidenceById(recalled.get(snapshotId));
    read.set(snapshotId, evidence);
    return evidence.get(id) ?? null;
  };
}

function evidenceById(snapshot: Fields | undefined): ReadonlyMap<string, Evidence> {
  const items = WithEvidenceSchema.safeParse(snapshot).data?.evidence ?? [];
  const readable = items.flatMap((item) => EvidenceSchema.safeParse(item).data ?? []);
  return new Map(readable.map((item) => [item.id, item]));
}
