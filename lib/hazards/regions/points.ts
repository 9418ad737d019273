import type { HazardEvent } from '../event.js';
import { type CountryRegionId, regionOfCountry } from './countries.js';
import { GLOBAL_REGION_ID, type RegionId } from './regions.js';
import { boxesAround, destination, normalizeLongitude, type Point } from './sphere.js';

/**
 * @param longitude degrees, any: it is brought into −180 to 180
 * @param latitude degrees; outside −90 to 90 there is no region
 */
export type RegionOfPoint = (longitude: number, latitude: number) => CountryRegionId | null;

/** What is used of @rapideditor/country-coder. */
export type CountryCoder = Pick<typeof import('@rapideditor/country-coder'), 'iso1A2Code' | 'iso1A2Codes'>;

/** 200 nautical miles, the width of an exclusive economic zone. */
const REACH_KM = 370.4;
const RING_STEP_KM = 20;
const BEARINGS = Array.from({ length: 24 }, (_, index) => index * 15);
const RINGS_KM = [
  ...Array.from({ length: Math.floor(REACH_KM / RING_STEP_KM) }, (_, index) => (index + 1) * RING_STEP_KM),
  REACH_KM,
];
/** The search box is this much wider than the reach, so that rounding cannot hide a coast at its very edge. */
const BOX_MARGIN_KM = 1;

/** Ceuta and Melilla have a code that ISO reserves; as a country they are Spain. */
const RESERVED_CODES: ReadonlyMap<string, string> = new Map([['EA', 'ES']]);

/**
 * Point → country → region:
 *
 * 1. the territory the point lies in, which may have no region (Antarctica), and then the point has none. The
 *    borders run generously around coasts, at places hundreds of kilometres out: good enough for a region, not to
 *    name a country by;
 * 2. else rings around it, every 20 km out to 370.4 km, 24 bearings each: the first ring that meets land
 *    decides, by the region that most of its hits are in, ties by alphabet;
 * 3. else nowhere.
 */
export function createRegionOfPoint(coder: CountryCoder): RegionOfPoint {
  return (longitude, latitude) => {
    if (!Number.isFinite(longitude) || !(Math.abs(latitude) <= 90)) return null;
    const point = { longitude: normalizeLongitude(longitude), latitude };
    const country = countryAt(coder, point);
    return country === null ? regionOfNearestCoast(coder, point) : regionOfCountry(country);
  };
}

function countryAt(coder: CountryCoder, { longitude, latitude }: Point): string | null {
  // At any other level Réunion would be France.
  const code = coder.iso1A2Code([longitude, latitude], { level: 'territory' });
  return code === null ? null : (RESERVED_CODES.get(code) ?? code);
}

function regionOfNearestCoast(coder: CountryCoder, point: Point): CountryRegionId | null {
  // One look at the whole area spares the open ocean its 456 lookups, ~1.5 ms a point.
  const empty = boxesAround(point, REACH_KM + BOX_MARGIN_KM).every(
    (box) => coder.iso1A2Codes(box).length === 0,
  );
  if (empty) return null;
  for (const km of RINGS_KM) {
    const countries = BEARINGS.map((bearing) => countryAt(coder, destination(point, bearing, km)));
    const hits = countries.filter((country) => country !== null);
    if (hits.length > 0) return majorityRegion(hits);
  }
  return null;
}

function majorityRegion(countries: readonly string[]): CountryRegionId | null {
  const votes = new Map<CountryRegionId, number>();
  for (const country of countries) {
    const region = regionOfCountry(country);
    if (region !== null) votes.set(region, (votes.get(region) ?? 0) + 1);
  }
  const [winner] = [...votes].sort(([a, votesA], [b, votesB]) => votesB - votesA || (a < b ? -1 : 1));
  return winner?.[0] ?? null;
}

/**
 * The regions in which an event counts:
 *
 * 1. every region of the countries that the feed names, which may be several;
 * 2. else the region of the territory it lies in;
 * 3. else that of the nearest coast within 200 nautical miles;
 * 4. else `global` alone, which counts every event.
 *
 * @param regionOfPoint does steps 2 and 3
 */
export function regionsOfEvent(event: HazardEvent, regionOfPoint: RegionOfPoint): readonly RegionId[] {
  const named = event.countries
    .map((country) => regionOfCountry(country))
    .filter((region) => region !== null);
  if (named.length > 0) return [...new Set(named), GLOBAL_REGION_ID];
  const region = regionOfPoint(event.longitude, event.latitude);
  return region === null ? [GLOBAL_REGION_ID] : [region, GLOBAL_REGION_ID];
}

/** Says in which region a point lies. */
export interface Geography {
  /**
   * Loads the borders, once; call it early, so that it overlaps with waiting for the network.
   *
   * @returns the region of a point
   * @throws when the module cannot be loaded; the next call tries again
   */
  load(): Promise<RegionOfPoint>;
}

/**
 * Borders of @rapideditor/country-coder: offline, but ~75 ms to import, and so never at the top of a module.
 *
 * @returns a geography that has not loaded anything yet
 */
export function createGeography(): Geography {
  let loading: Promise<RegionOfPoint> | null = null;
  return {
    load() {
      loading ??= loadBorders().catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
  };
}

async function loadBorders(): Promise<RegionOfPoint> {
  return createRegionOfPoint(await import('@rapideditor/country-coder'));
}
