import fc, { type Arbitrary } from 'fast-check';
import type { RegionId } from '../../../lib/hazards/regions/regions.js';
import type { Fault, FaultMatch, FaultRule, Positions } from '../../../local/upstash/fault-rules.js';

const ERROR_PAGE = '<!doctype html><title>500</title><h1>Internal Server Error</h1>';

const REDIS_ERRORS = [
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "OOM command not allowed when used memory > 'maxmemory'.",
  'NOSCRIPT No matching script. Please use EVAL.',
  "READONLY You can't write against a read only replica.",
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
const slotError: Arbitrary<Fault> = fc.record(
  { kind: fc.constant('slot-error'), slot: fc.nat({ max: 1 }), error: fc.constantFrom(...REDIS_ERRORS) },
  { requiredKeys: ['kind', 'error'] },
);

const anyFault: Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: drop },
  { weight: 5, arbitrary: delay },
  { weight: 2, arbitrary: hang },
  { weight: 1, arbitrary: unauthorised },
  { weight: 1, arbitrary: tooMany },
  { weight: 2, arbitrary: serverError },
  { weight: 2, arbitrary: brokenBody },
  { weight: 2, arbitrary: slotError },
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

/** @param regionIds those that a rule may be bound to */
export function anyRule(regionIds: readonly RegionId[]): Arbitrary<FaultRule> {
  return fc.record({ match: anyMatch(regionIds), fault: anyFault });
}

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
        fault: fc.oneof(drop, unauthorised, tooMany, serverError, brokenBody, slotError, short),
      }),
    },
    // Its run has time, so each of these takes long: once is enough.
    { weight: 1, arbitrary: fc.record({ match: once, fault: hang }) },
  );
}
