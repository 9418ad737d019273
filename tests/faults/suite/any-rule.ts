import fc, { type Arbitrary } from 'fast-check';
import { REGION_IDS, type RegionId } from '../../../lib/hazards/regions/regions.js';
import type { Fault, FaultMatch, FaultRule, Positions } from '../../../local/upstash/fault-rules.js';

const ERROR_PAGE = '<!doctype html><title>500</title><h1>Internal Server Error</h1>';

const FINAL_ERRORS = [
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "OOM command not allowed when used memory > 'maxmemory'.",
  'NOSCRIPT No matching script. Please use EVAL.',
  "NOPERM this user has no permissions to run the 'eval' command",
  'ERR max requests limit exceeded. Limit: 500000, Usage: 500001.',
  'ERR DB capacity quota exceeded. Limit: 268435456 bytes, Usage: 268435460 bytes.',
  "ERR Command is not available: 'EVAL'.",
];

/** Of a server that starts, fails over, reshards or is busy. */
const PASSING_ERRORS = [
  'LOADING Redis is loading the dataset in memory',
  "READONLY You can't write against a read only replica.",
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  'TRYAGAIN Multiple keys request during rehashing of slot',
  'CLUSTERDOWN The cluster is down',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'NOREPLICAS Not enough good replicas to write.',
  'ERR max concurrent connections exceeded. See https://upstash.com/docs/redis/troubleshooting for details',
];

const DAY_MS = 24 * 3_600_000;
/** Snapshots are kept for 90 days. With the most that a writer is behind, a server that is this far ahead prunes none. */
const MOST_SERVER_AHEAD_MS = 40 * DAY_MS;

/** What volatile eviction may take, by a segment of its key: everything that is stored has a lifetime. */
const EVICTED = [
  'dedup',
  'dedup',
  'snapshot-by-id',
  'snapshot-index',
  'snapshot-trend',
  'snapshot-head',
  'latest',
  'run-memory',
];

/** Heard in time, or only by nobody, or executed when its run is over. */
const anyDelay = fc.oneof(
  fc.integer({ min: 1, max: 25 }),
  fc.integer({ min: 60, max: 200 }),
  fc.integer({ min: 300, max: 700 }),
);

const drop: Arbitrary<Fault> = fc.constantFrom({ kind: 'drop-before' }, { kind: 'drop-after' });
const delay: Arbitrary<Fault> = fc.record({ kind: fc.constant('delay'), ms: anyDelay });
const hang: Arbitrary<Fault> = fc.constant({ kind: 'hang' });
const unauthorised: Arbitrary<Fault> = fc.constant({ kind: 'unauthorised' });
const tooMany: Arbitrary<Fault> = fc.record({
  kind: fc.constant('status'),
  status: fc.constant(429),
  headers: fc.record({ 'retry-after': fc.constantFrom('0', '1', '3600') }),
});
const serverError: Arbitrary<Fault> = fc.record({
  kind: fc.constant('status'),
  status: fc.constantFrom(500, 502, 503),
  headers: fc.constant({ 'content-type': 'text/html' }),
  body: fc.constant(ERROR_PAGE),
  executed: fc.boolean(),
});
const brokenBody: Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('truncate'), abrupt: fc.boolean() }),
  fc.constant<Fault>({ kind: 'garbage' }),
);
/** As the slot of a 200 or as the body of a 400. */
function errorOf(errors: readonly string[]): Arbitrary<Fault> {
  const error = fc.constantFrom(...errors);
  return fc.oneof<Arbitrary<Fault>[]>(
    fc.record({ kind: fc.constant('slot-error'), slot: fc.nat({ max: 1 }), error }),
    fc.record({ kind: fc.constant('slot-error'), error }),
    fc.record({ kind: fc.constant('refusal'), error }),
  );
}
const finalError = errorOf(FINAL_ERRORS);
const passingError = errorOf(PASSING_ERRORS);
const laggingRead: Arbitrary<Fault> = fc.record({
  kind: fc.constant('lagging-read'),
  answer: fc.constantFrom('previous', 'nil'),
});
const evict: Arbitrary<Fault> = fc.record({
  kind: fc.constant('evict'),
  key: fc.constantFrom(...EVICTED),
  when: fc.constantFrom('before', 'after'),
});
const skewedTime: Arbitrary<Fault> = fc.record({
  kind: fc.constant('skewed-time'),
  ms: fc.oneof(
    fc.integer({ min: -3_600_000, max: 3_600_000 }),
    fc.integer({ min: -100 * DAY_MS, max: MOST_SERVER_AHEAD_MS }),
  ),
});

const anyFault: Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: drop },
  { weight: 5, arbitrary: delay },
  { weight: 2, arbitrary: hang },
  { weight: 1, arbitrary: unauthorised },
  { weight: 1, arbitrary: tooMany },
  { weight: 2, arbitrary: serverError },
  { weight: 2, arbitrary: brokenBody },
  { weight: 2, arbitrary: finalError },
  { weight: 3, arbitrary: passingError },
  { weight: 2, arbitrary: laggingRead },
  { weight: 3, arbitrary: evict },
  { weight: 1, arbitrary: skewedTime },
);

const anyPositions: Arbitrary<Positions> = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.record({ from: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ to: fc.integer({ min: 1, max: 4 }) }),
);

const anyPhase = fc.constantFrom('heads', 'claim', 'claim', 'commit', 'commit', 'commit', 'settle', 'report');

function anyMatch(regionIds: readonly RegionId[]): Arbitrary<FaultMatch> {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(
        { phase: anyPhase, region: fc.constantFrom(...regionIds), nth: anyPositions },
        { requiredKeys: ['phase'] },
      ),
    },
    // From some request on, whatever it is about: a store that goes away in the middle.
    { weight: 1, arbitrary: fc.record({ request: anyPositions }) },
    {
      weight: 1,
      arbitrary: fc.record({ command: fc.constantFrom('SET', 'GET', 'EVAL'), nth: anyPositions }),
    },
  );
}

/**
 * Rules that belong together, most often one. What takes several faults in a certain order, chance alone seldom brings.
 *
 * @param regionIds those that a rule may be bound to
 */
export function anyRules(regionIds: readonly RegionId[]): Arbitrary<readonly FaultRule[]> {
  const one = fc.record({ match: anyMatch(regionIds), fault: anyFault }).map((rule) => [rule]);
  return fc.oneof(
    { weight: 8, arbitrary: one },
    { weight: 1, arbitrary: laggingRule(regionIds).map((rule) => [rule]) },
    { weight: 1, arbitrary: fc.constantFrom(...regionIds).chain(evictedBeforeRepeat) },
  );
}

/** Of what runs send, only claims and the first request read anything but inside a script. */
function laggingRule(regionIds: readonly RegionId[]): Arbitrary<FaultRule> {
  const match = fc.record(
    {
      phase: fc.constantFrom('heads', 'claim', 'claim', 'claim'),
      region: fc.constantFrom(...regionIds),
      nth: anyPositions,
    },
    { requiredKeys: ['phase'] },
  );
  return fc.record({ match, fault: laggingRead });
}

/** A commit is executed and not heard, and something of it is evicted before it is repeated or settled. */
function evictedBeforeRepeat(region: RegionId): Arbitrary<readonly FaultRule[]> {
  const executed: Fault = { kind: 'status', status: 502, executed: true };
  const unheard = fc.constantFrom<Fault>({ kind: 'drop-after' }, { kind: 'garbage' }, executed);
  return fc
    .record({ first: unheard, again: fc.option(passingError), evicted: evict })
    .map(({ first, again, evicted }) => [
      { match: { phase: 'commit', region, nth: 1 }, fault: first },
      again === null
        ? { match: { phase: 'commit', region, nth: 2 }, fault: evicted }
        : { match: { phase: 'commit', region, nth: { from: 2 } }, fault: again },
      { match: { phase: 'settle', region, nth: 1 }, fault: evicted },
    ]);
}

/** Errors and lags that are over after two requests: fewer than any request is sent. */
export const briefRule: Arbitrary<FaultRule> = fc.record({
  match: fc.record(
    {
      phase: anyPhase,
      region: fc.constantFrom(...REGION_IDS),
      nth: fc.constantFrom<Positions>(1, 2, { to: 2 }),
    },
    { requiredKeys: ['phase', 'nth'] },
  ),
  fault: fc.oneof({ weight: 5, arbitrary: passingError }, { weight: 1, arbitrary: laggingRead }),
});

/** A rule that strikes one region alone. (The heads of all regions are one request: a fault of it is nobody's own.) */
export function victimRule(region: RegionId): Arbitrary<FaultRule> {
  const phase = fc.constantFrom('claim', 'commit', 'settle');
  const own = fc.record(
    { region: fc.constant(region), phase, nth: anyPositions },
    { requiredKeys: ['region', 'phase'] },
  );
  const once = fc.record({ region: fc.constant(region), phase, nth: fc.constant(1) });
  const short = fc.record({ kind: fc.constant('delay'), ms: fc.integer({ min: 1, max: 100 }) });
  return fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record({
        match: own,
        fault: fc.oneof(
          drop,
          unauthorised,
          tooMany,
          serverError,
          brokenBody,
          finalError,
          passingError,
          laggingRead,
          evict,
          skewedTime,
          short,
        ),
      }),
    },
    // Its run has time, so each of these takes long: once is enough.
    { weight: 1, arbitrary: fc.record({ match: once, fault: hang }) },
  );
}
