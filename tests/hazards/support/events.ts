import fc from 'fast-check';
import { ALERT_LEVELS, type HazardEvent } from '../../../lib/hazards/event.js';
import { HazardTypeSchema } from '../../../lib/hazards/snapshot.js';
import { NOW } from './rows.js';

export function hazardEvent(overrides: Partial<HazardEvent> = {}): HazardEvent {
  return {
    id: 'gdacs:TC:1',
    type: 'cyclone',
    source: 'gdacs',
    summary: 'Tropical Cyclone EXAMPLE-26',
    severity: 0.5,
    alertLevel: 'orange',
    startedAt: NOW - 7_200_000,
    observedAt: NOW - 3_600_000,
    longitude: 121.3,
    latitude: 14.6,
    countries: ['PH'],
    url: null,
    ...overrides,
  };
}

/** Any events, each with an id of its own. */
export const arbitraryEvents: fc.Arbitrary<HazardEvent[]> = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 10_000 }).map((id) => `gdacs:EQ:${id}`),
    type: fc.constantFrom(...HazardTypeSchema.options),
    source: fc.constantFrom('gdacs' as const, 'usgs' as const),
    summary: fc.string({ maxLength: 20 }),
    severity: fc.constantFrom(0, 1 / 3, 0.5, 2 / 3, 1),
    alertLevel: fc.constantFrom(...ALERT_LEVELS),
    startedAt: fc.integer({ min: NOW - 1_000_000, max: NOW }),
    observedAt: fc.integer({ min: NOW - 1_000_000, max: NOW }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    countries: fc.constant([]),
    url: fc.constant(null),
  }),
  { selector: ({ id }) => id, maxLength: 70 },
);
