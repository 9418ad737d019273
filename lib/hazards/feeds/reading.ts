import { z } from 'zod';
import { type HazardEvent, placeInWindow } from '../event.js';
import { normalizeLongitude } from '../regions/near-land.js';
import type { HazardType } from '../snapshot.js';
import type { FeedReading } from './feed.js';

const HOUR_MS = 60 * 60_000;
/** An answer made longer ago is out of date: it lacks whatever happened since. */
const MAX_AGE_MS = 24 * HOUR_MS;

/** Fewer unreadable rows may be chance; this many mean another format. */
const ENOUGH_TO_JUDGE = 5;

/** A GeoJSON point; longitudes past ±180 are brought back, a depth is passed over. */
export const PointSchema = z
  .object({
    type: z.literal('Point'),
    coordinates: z.tuple([z.number().min(-360).max(360), z.number().min(-90).max(90)]).rest(z.unknown()),
  })
  .transform(({ coordinates: [longitude, latitude] }) => ({
    longitude: normalizeLongitude(longitude),
    latitude,
  }));

/** How the rows of a feed are read. None of these throws, whatever the row. */
export interface RowFormat {
  readonly type: HazardType;
  /** True only for a row that is certainly not a hazard of this feed. */
  readonly isOther: (row: unknown) => boolean;
  /** True for a hazard of this feed that states that it has no alert level. Nothing else about it matters. */
  readonly isSilent: (row: unknown) => boolean;
  /** Epoch ms of the latest observation; null when it cannot be read. */
  readonly observedAt: (row: unknown) => number | null;
  /** @returns null when anything that is needed cannot be read */
  readonly read: (row: unknown, observedAt: number) => HazardEvent | null;
  /** Epoch ms at which the row was last changed; null when it does not say. */
  readonly changedAt: (row: unknown) => number | null;
  /** Whether there are always rows somewhere in the world; if so, an answer without any is not believed. */
  readonly neverEmpty: boolean;
  /** Rows last changed longer ago than this are out of date; null where long silences are normal. In ms. */
  readonly restsAtMostMs: number | null;
}

/** Collects the answers of one feed, and what is missing from them. */
export interface Reading {
  /**
   * Takes the rows of an answer.
   *
   * @param expected 'calm' for an answer about events of severity 0 alone
   */
  add(rows: readonly unknown[], expected?: 'calm'): void;
  /** Notes that an answer came, and when it was made (epoch ms), if it says so. */
  answered(generatedAt: number | null): void;
  /**
   * Notes that something may be missing, and why.
   *
   * @param missing 'calm' when it can only be events of severity 0
   */
  gap(reason: string, missing?: 'calm'): void;
  /**
   * Ends the reading. Finds gaps of its own: rows that could not be read, an answer that is empty or old.
   *
   * @returns what the feed reported; an error when no answer came, or when none of its rows could be read: the content of
   *   another format is unknown
   */
  outcome(): FeedReading | Error;
}

/**
 * The one place that decides whether an input is complete. A row that may lie in the window and could not be read is
 * a gap; one that certainly lies outside it, or is certainly of another kind, is not, however little of it can be read.
 *
 * @param now epoch ms; the window ends here, and nothing was observed later
 */
export function createReading(format: RowFormat, now: number): Reading {
  const events = new Map<string, HazardEvent>();
  const gaps = new Set<string>();
  let answers = 0;
  let rowsOfOurs = 0;
  let skipped = 0;
  let onlyCalmMissing = true;
  let generatedAt: number | null = null;
  let changedAt: number | null = null;

  function addRow(row: unknown, expected?: 'calm'): void {
    if (format.isOther(row)) return;
    rowsOfOurs += 1;
    changedAt = latest(changedAt, format.changedAt(row));
    if (format.isSilent(row)) return;
    const observedAt = format.observedAt(row);
    const place = observedAt === null ? 'unknown' : placeInWindow(format.type, observedAt, now);
    if (place === 'before') return;
    const event = observedAt === null || place === 'ahead' ? null : format.read(row, observedAt);
    if (event === null) skipped += 1;
    else keepMostSevere(events, notAfter(event, now));
    // Then the other answers cannot be relied on to have everything that matters.
    if (expected === 'calm' && event !== null && event.severity > 0) onlyCalmMissing = false;
  }

  return {
    add(rows, expected) {
      for (const row of rows) addRow(row, expected);
    },
    answered(at) {
      answers += 1;
      generatedAt = latest(generatedAt, at);
    },
    gap(reason, missing) {
      gaps.add(reason);
      if (missing !== 'calm') onlyCalmMissing = false;
    },
    outcome() {
      if (answers === 0) return new Error([...gaps].join('; ') || 'no answer');
      if (skipped >= ENOUGH_TO_JUDGE && skipped === rowsOfOurs) {
        return new Error(`none of the ${skipped} rows could be read`);
      }
      const found = [
        skipped === 0
          ? null
          : skipped === 1
            ? '1 row could not be read'
            : `${skipped} rows could not be read`,
        format.neverEmpty && rowsOfOurs === 0 ? 'the answer is empty, which this feed never is' : null,
        ageFault({ generatedAt, changedAt, restsAtMostMs: format.restsAtMostMs }, now),
      ].filter((fault) => fault !== null);
      const asOf = generatedAt ?? changedAt;
      return {
        events: [...events.values()],
        skipped,
        asOf: asOf === null ? null : Math.min(asOf, now),
        gaps: [...found, ...gaps],
        notes: [],
        ...(gaps.size > 0 && found.length === 0 && onlyCalmMissing ? { onlyCalmMissing } : {}),
      };
    },
  };
}

/**
 * The time at which the answer was made counts for more than those of its rows, which may be old because nothing
 * happened since.
 */
function ageFault(
  signs: { generatedAt: number | null; changedAt: number | null; restsAtMostMs: number | null },
  now: number,
): string | null {
  const { generatedAt, changedAt, restsAtMostMs } = signs;
  const [sign, limit] = generatedAt === null ? [changedAt, restsAtMostMs] : [generatedAt, MAX_AGE_MS];
  if (sign === null || limit === null || now - sign <= limit) return null;
  return `its latest update is ${Math.floor((now - sign) / HOUR_MS)} hours old`;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Slow hazards carry the end of an assessment period, which may be the end of today. */
function notAfter(event: HazardEvent, now: number): HazardEvent {
  if (event.observedAt <= now && event.startedAt <= now) return event;
  return {
    ...event,
    startedAt: Math.min(event.startedAt, now),
    observedAt: Math.min(event.observedAt, now),
  };
}

/**
 * A hazard can come twice: in two episodes, or on two pages between which the list has moved. The level is the worst
 * so far, so the more severe report is kept, and of equals the later.
 */
function keepMostSevere(events: Map<string, HazardEvent>, event: HazardEvent): void {
  const known = events.get(event.id);
  const more =
    known === undefined ? 1 : event.severity - known.severity || event.observedAt - known.observedAt;
  if (more > 0) events.set(event.id, event);
}
