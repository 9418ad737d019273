import { type Clock, systemClock } from '../limits/deadline.js';
import { span } from '../limits/spans.js';
import type { InputReport } from '../runs/report.js';
import type { Assessment, CollectContext, Source } from '../runs/source.js';
import { assess } from './assess.js';
import { type HazardEvent, type JoinedEvent, joinEvents } from './event.js';
import { type FeedReading, type HazardFeed, messageOf } from './feeds/feed.js';
import { snapshotsToRecall } from './hold.js';
import { type Claim, type Hearing, parseMemory } from './memory.js';
import { type Geography, type RegionOfPoint, regionsOfEvent } from './regions/points.js';
import { REGION_IDS, type RegionId, RegionIdSchema } from './regions/regions.js';

/** The dependencies of a hazard source. */
export interface HazardSourceDeps {
  /** The inputs, in the order in which they are reported. */
  readonly feeds: readonly HazardFeed[];
  /** Where events lie. Loaded by each collect, while the feeds are being read. */
  readonly geography: Geography;
  /** Measures how long the feeds take. Default {@link systemClock}. */
  readonly clock?: Clock;
}

const MAX_MESSAGE_LENGTH = 300;

interface FeedOutcome {
  readonly report: InputReport;
  readonly events: readonly HazardEvent[];
  readonly onlyCalmMissing: boolean;
}

/**
 * Makes snapshots from disaster feeds: reads all feeds at once, counts each hazard once, decides once in which regions
 * it counts, and then assesses region by region.
 *
 * What a feed reported counts, whether its answer was complete or not. If it was not, what it reported last counts as
 * well, for 24 hours; after that it is unknown. When no feed answers nothing is assessed, and what is stored stays.
 *
 * @param deps.feeds from {@link createGdacsFeeds} and {@link createUsgsFeed}, or your own
 * @returns a source that knows the 8 regions: any other fails with `unknown-region`. Its `collect` throws only when the
 *   borders cannot be loaded.
 */
export function createHazardSource({ feeds, geography, clock = systemClock }: HazardSourceDeps): Source {
  return {
    async collect(context) {
      const reading = Promise.all(feeds.map((feed) => readFeed(feed, context, clock)));
      // Begun after the requests are on their way: the import blocks while the network answers.
      const [outcomes, regionOfPoint] = await Promise.all([reading, geography.load()]);
      const inputs = outcomes.map(({ report }) => report);
      const byRegion = groupByRegion(joinEvents(outcomes.flatMap(({ events }) => events)), regionOfPoint);
      const hearingsOf = hearer(outcomes, byRegion);
      const nothingHeard = inputs.every(({ status }) => status === 'failed');
      return {
        inputs,
        recall({ regionId, memory, now }) {
          const region = RegionIdSchema.safeParse(regionId);
          if (!region.success || nothingHeard) return [];
          return snapshotsToRecall({ hearings: hearingsOf(region.data), memory: parseMemory(memory), now });
        },
        assess(request): Assessment {
          const region = RegionIdSchema.safeParse(request.regionId);
          if (!region.success) return { status: 'failed', code: 'unknown-region', message: 'no such region' };
          if (nothingHeard) return noInput(inputs.length);
          const events = (byRegion.get(region.data) ?? []).map(({ event }) => event);
          const memory = parseMemory(request.memory);
          const hearings = hearingsOf(region.data);
          return { status: 'assessed', ...assess({ ...request, events, hearings, memory }) };
        },
      };
    },
  };
}

/**
 * What each input reported about a region. An event that several inputs report counts for each as that input reported
 * it.
 */
function hearer(
  outcomes: readonly FeedOutcome[],
  byRegion: ReadonlyMap<RegionId, readonly JoinedEvent[]>,
): (region: RegionId) => readonly Hearing[] {
  const inputOf = new Map(
    outcomes.flatMap(({ report, events }) => events.map((event) => [event, report.input] as const)),
  );
  return (region) => {
    const claims = new Map<string, Map<string, Claim>>(
      outcomes.map(({ report }) => [report.input, new Map()]),
    );
    for (const { event, reports } of byRegion.get(region) ?? []) {
      for (const report of reports) {
        const ofInput = claims.get(inputOf.get(report) ?? '');
        const severity = Math.max(report.severity, ofInput?.get(event.id)?.severity ?? 0);
        ofInput?.set(event.id, { id: event.id, type: event.type, severity });
      }
    }
    return outcomes.map(({ report: { input, status }, onlyCalmMissing }) => ({
      input,
      status,
      onlyCalmMissing,
      claims: [...(claims.get(input)?.values() ?? [])],
    }));
  };
}

function readFeed(feed: HazardFeed, context: CollectContext, clock: Clock): Promise<FeedOutcome> {
  return span(`feed ${feed.name}`, { input: feed.name }, async (opened) => {
    const outcome = await attempt(feed, context, clock);
    const { status, events, skipped } = outcome.report;
    opened.set({ status, events, skipped });
    // The message is left out: it names a host and quotes an error page.
    if (status === 'failed') opened.fail(['feed-failed']);
    return outcome;
  });
}

/** Never throws: a feed that failed is a report of its failure. */
async function attempt(feed: HazardFeed, context: CollectContext, clock: Clock): Promise<FeedOutcome> {
  const begun = clock.monotonic();
  const report = (rest: Omit<InputReport, 'input' | 'durationMs'>): InputReport => ({
    input: feed.name,
    durationMs: Math.max(0, Math.round(clock.monotonic() - begun)),
    ...rest,
  });
  try {
    const reading = await feed.read(context);
    const { events, onlyCalmMissing = false } = reading;
    return { report: report(reportOf(reading)), events, onlyCalmMissing };
  } catch (error) {
    const message = messageOf(error).slice(0, MAX_MESSAGE_LENGTH);
    return {
      report: report({ status: 'failed', events: 0, skipped: 0, message }),
      events: [],
      onlyCalmMissing: false,
    };
  }
}

function reportOf({ events, skipped, asOf, gaps, notes }: FeedReading) {
  const message = [...gaps, ...notes].join('; ').slice(0, MAX_MESSAGE_LENGTH);
  return {
    status: gaps.length === 0 ? ('ok' as const) : ('incomplete' as const),
    events: events.length,
    skipped,
    ...(asOf === null ? {} : { asOf: new Date(asOf).toISOString() }),
    ...(message === '' ? {} : { message }),
  };
}

/** Each event is placed once, whatever the number of regions. */
function groupByRegion(
  events: readonly JoinedEvent[],
  regionOfPoint: RegionOfPoint,
): ReadonlyMap<RegionId, readonly JoinedEvent[]> {
  const groups = new Map<RegionId, JoinedEvent[]>(REGION_IDS.map((id) => [id, []]));
  for (const joined of events) {
    for (const region of regionsOfEvent(joined.event, regionOfPoint)) groups.get(region)?.push(joined);
  }
  return groups;
}

function noInput(inputs: number): Assessment {
  return { status: 'failed', code: 'no-input', message: `none of the ${inputs} inputs answered` };
}
