import { type Clock, systemClock } from '../limits/deadline.js';
import type { InputReport } from '../runs/report.js';
import type { Assessment, CollectContext, Source } from '../runs/source.js';
import { NO_TRACE } from '../tracing.js';
import { assess } from './assess.js';
import { dedupeEvents } from './dedupe.js';
import type { HazardEvent } from './event.js';
import { type FeedReading, type HazardFeed, messageOf } from './feeds/feed.js';
import { type Geography, type RegionOfPoint, regionsOfEvent } from './regions/points.js';
import { REGION_IDS, type RegionId, RegionIdSchema } from './regions/regions.js';

/** What a hazard source is made of. */
export interface HazardSourceDeps {
  /** The inputs, in the order in which they are reported. */
  readonly feeds: readonly HazardFeed[];
  /** Where events lie. Loaded by each collect, while the feeds are being read. */
  readonly geography: Geography;
  /** Measures how long feeds take. Default {@link systemClock}. */
  readonly clock?: Clock;
}

const MAX_MESSAGE_LENGTH = 300;

interface FeedOutcome {
  readonly report: InputReport;
  readonly events: readonly HazardEvent[];
}

/**
 * Snapshots from disaster feeds: reads all feeds at once, counts each hazard once, decides once where it counts, and
 * then assesses region by region.
 *
 * What a feed said counts, whether it was heard to the end or not. A feed that was not is a missing input; when none
 * said anything nothing is assessed, and what is stored stays.
 *
 * @param deps.feeds what {@link createGdacsFeeds} and {@link createUsgsFeed} make, or feeds of your own
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
      const events = dedupeEvents(outcomes.flatMap((outcome) => outcome.events));
      const byRegion = groupByRegion(events, regionOfPoint);
      const answered = inputs.filter(({ status }) => status === 'ok').map(({ input }) => input);
      const missing = inputs.filter(({ status }) => status !== 'ok').map(({ input }) => input);
      const nothingHeard = inputs.every(({ status }) => status === 'failed');
      return {
        inputs,
        assess(request): Assessment {
          const region = RegionIdSchema.safeParse(request.regionId);
          if (!region.success) return { status: 'failed', code: 'unknown-region', message: 'no such region' };
          if (nothingHeard) return noInput(inputs.length);
          const regionEvents = byRegion.get(region.data) ?? [];
          const snapshot = assess({ ...request, events: regionEvents, inputs: { answered, missing } });
          return { status: 'assessed', snapshot };
        },
      };
    },
  };
}

function readFeed(feed: HazardFeed, context: CollectContext, clock: Clock): Promise<FeedOutcome> {
  const { trace = NO_TRACE } = context;
  return trace.span(`feed ${feed.name}`, { input: feed.name }, async (span) => {
    const outcome = await attempt(feed, { ...context, trace: span }, clock);
    const { status, events, skipped } = outcome.report;
    span.set({ status, events, skipped });
    // Without the message, which names a host and quotes an error page.
    if (status === 'failed') span.fail(['feed-failed']);
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
    return { report: report(reportOf(reading)), events: reading.events };
  } catch (error) {
    const message = messageOf(error).slice(0, MAX_MESSAGE_LENGTH);
    return { report: report({ status: 'failed', events: 0, skipped: 0, message }), events: [] };
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
  events: readonly HazardEvent[],
  regionOfPoint: RegionOfPoint,
): ReadonlyMap<RegionId, readonly HazardEvent[]> {
  const groups = new Map<RegionId, HazardEvent[]>(REGION_IDS.map((id) => [id, []]));
  for (const event of events) {
    for (const region of regionsOfEvent(event, regionOfPoint)) groups.get(region)?.push(event);
  }
  return groups;
}

function noInput(inputs: number): Assessment {
  return { status: 'failed', code: 'no-input', message: `none of the ${inputs} inputs answered` };
}
