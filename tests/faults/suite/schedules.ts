import fc, { type Arbitrary } from 'fast-check';
import { REGION_IDS, type RegionId } from '../../../lib/hazards/regions/regions.js';
import { anyRules, briefRule, victimRule } from './any-rule.js';
import { type Act, CONTENTS, type Limits, type ParcelItem, type Schedule } from './schedule.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Within what a snapshot may be dated ahead, less the time that clocks are stepped by. */
const AHEAD_MS = 4 * 60_000;

/** Few regions keep a schedule cheap; what many add is their number, in lanes of their own. */
const FEW: readonly RegionId[] = ['mena', 'global'];

const anyRegions = fc.oneof(
  { weight: 6, arbitrary: fc.constant(FEW) },
  { weight: 4, arbitrary: fc.constantFrom<readonly RegionId[]>(['mena'], ['global'], ['mena', 'europe']) },
  { weight: 1, arbitrary: fc.constant<readonly RegionId[]>(REGION_IDS) },
);
const anyContent = fc.nat({ max: CONTENTS - 1 });
const anyOffset = fc.oneof(fc.constant(0), fc.nat({ max: 120 }));

/** So short that most of what can be late is late, and thousands of schedules take minutes. */
const tightLimits: Arbitrary<Limits> = fc.record({
  budgetMs: fc.integer({ min: 150, max: 400 }),
  requestTimeoutMs: fc.integer({ min: 30, max: 60 }),
});

const DAY_MS = 24 * HOUR_MS;

/**
 * Most writers are right. A run's snapshot carries whatever its clock says: one far ahead pins its region, but must cost no
 * other snapshot its life. Further behind than here, with a server that is ahead, it would be born too old to keep.
 */
const anySkew = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -AHEAD_MS, max: AHEAD_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: -40 * DAY_MS, max: 100 * DAY_MS }) },
);

const anyAct: Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('run' as const),
      atMs: anyOffset,
      regionIds: anyRegions,
      content: anyContent,
      limits: tightLimits,
      skewMs: anySkew,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('push' as const),
      atMs: anyOffset,
      parcel: fc.nat({ max: 1 }),
      limits: tightLimits,
      skewMs: anySkew,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('step' as const),
      atMs: anyOffset,
      byMs: fc.oneof(
        fc.integer({ min: -30 * MINUTE_MS, max: 30 * MINUTE_MS }),
        fc.integer({ min: -6 * HOUR_MS, max: 6 * HOUR_MS }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('expire' as const), atMs: anyOffset }) },
);

const anyItem: Arbitrary<ParcelItem> = fc.record({
  regionId: fc.constantFrom(...FEW),
  content: anyContent,
  ageMs: fc.oneof(fc.constant(0), fc.integer({ min: -AHEAD_MS, max: HOUR_MS })),
  named: fc.boolean(),
});

const anyParcel = fc.oneof(
  { weight: 4, arbitrary: fc.array(anyItem, { minLength: 1, maxLength: 3 }) },
  // More than there are lanes: they share their requests.
  { weight: 1, arbitrary: fc.array(anyItem, { minLength: 9, maxLength: 12 }) },
);

const anySchedule: Arbitrary<Schedule> = fc.record({
  rules: fc.array(anyRules(FEW), { maxLength: 5 }).map((rules) => rules.flat()),
  rounds: fc.array(fc.array(anyAct, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  parcels: fc.array(anyParcel, { minLength: 2, maxLength: 2 }),
  jitterSeed: fc.nat(),
  victim: fc.constant(null),
  brief: fc.constant(false),
});

/** Wide enough that a region which waits for its answers can still come to an end of its own. */
const WIDE: Limits = { budgetMs: 8_000, requestTimeoutMs: 1_500 };

const undisturbedRun = (content: number): Act => ({
  act: 'run',
  atMs: 0,
  regionIds: REGION_IDS,
  content,
  limits: WIDE,
  skewMs: 0,
});

/** One run over all regions, and faults for one of them. */
const victimSchedule: Arbitrary<Schedule> = fc.constantFrom(...REGION_IDS).chain((victim) =>
  fc.record({
    rules: fc.array(victimRule(victim), { minLength: 1, maxLength: 3 }),
    rounds: fc.constant([[undisturbedRun(0)]]),
    parcels: fc.constant([]),
    jitterSeed: fc.nat(),
    victim: fc.constant(victim),
    brief: fc.constant(false),
  }),
);

/** Runs over all regions, one after the other, and errors that pass: no more than a request has attempts. */
const briefSchedule: Arbitrary<Schedule> = fc.record({
  rules: fc.array(briefRule, { minLength: 1, maxLength: 2 }),
  rounds: fc.array(
    anyContent.map((content) => [undisturbedRun(content)]),
    { minLength: 1, maxLength: 2 },
  ),
  parcels: fc.constant([]),
  jitterSeed: fc.nat(),
  victim: fc.constant(null),
  brief: fc.constant(true),
});

export const schedules: Arbitrary<Schedule> = fc.oneof(
  { weight: 37, arbitrary: anySchedule },
  { weight: 2, arbitrary: victimSchedule },
  { weight: 2, arbitrary: briefSchedule },
);
