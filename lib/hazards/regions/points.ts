import type { HazardEvent } from '../event.js';
import { type CountryRegionId, regionOfCountry } from './countries.js';
import { destination, type IsNearLand, normalizeLongitude, type Point } from './near-land.js';
import { GLOBAL_REGION_ID, type RegionId } from './regions.js';

/**
 * @param longitude degrees, any: it is brought into −180 to 180
 * @param latitude degrees; outside −90 to 90 there is no region
 */
export type RegionOfPoint = (longitude: number, latitude: number) => CountryRegionId | null;

/**
 * What is used of @rapideditor/country-coder. Written out here, because its own types need those of `geojson`, which it
 * does not bring along.
 */
export interface CountryCoder {
  iso1A2Code(point: [number, number], options: { level: 'territory' }): string | null;
}

/** 200 nautical miles, the width of an exclusive economic zone. */
const REACH_KM = 370.4;
const RING_STEP_KM = 20;
const BEARINGS = Array.from({ length: 24 }, (_, index) => index * 15);
const RINGS_KM = [
  ...Array.from({ length: Math.floor(REACH_KM / RING_STEP_KM) }, (_, index) => (index + 1) * RING_STEP_KM),
  REACH_KM,
];

/** Ceuta and Melilla have a code that ISO reserves; as a country they are Spain. */
const RESERVED_CODES: ReadonlyMap<string, string> = new Map([['EA', 'ES']]);

/** Islands whose country says nothing about their region, by the waters that the borders give them, in degrees. */
const DETACHED = [
  // To the borders Clipperton is France, but a storm off Mexico is not European.
  { code: 'FR', west: -110.4, east: -108.7, south: 9.7, north: 11.2 },
  // Navassa lies off Haiti; the other outlying islands of the United States lie in the Pacific.
  { code: 'UM', west: -75.8, east: -74.7, south: 18, north: 18.8 },
];

/**
 * Point → country → region:
 *
 * 1. nowhere, when no land is within 370.4 km;
 * 2. else the territory the point lies in, which may have no region (Antarctica), and then the point has none. The
 *    borders run generously around coasts, in places 1,800 km out to sea: good enough for a region near land, but not
 *    for naming a country or telling land from sea. Samos is `europe` alone, although Türkiye is 2 km away: the
 *    territory decides, not the reach of the event;
 * 3. else rings around it, every 20 km out to 370.4 km, 24 bearings each: the first ring that meets a territory
 *    decides, by the region that most of its hits are in, ties by alphabet.
 */
export function createRegionOfPoint(coder: CountryCoder, isNearLand: IsNearLand): RegionOfPoint {
  return (longitude, latitude) => {
    if (!Number.isFinite(longitude) || !(Math.abs(latitude) <= 90)) return null;
    const point = { longitude: normalizeLongitude(longitude), latitude };
    if (!isNearLand(point)) return null;
    const country = countryAt(coder, point);
    return country === null ? regionOfNearestCoast(coder, point) : regionOfCountry(country);
  };
}

function countryAt(coder: CountryCoder, point: Point): string | null {
  // At any other level Réunion would be France.
  const code = coder.iso1A2Code([point.longitude, point.latitude], { level: 'territory' });
  if (code === null || isDetached(code, point)) return null;
  return RESERVED_CODES.get(code) ?? code;
}

function isDetached(code: string, { longitude, latitude }: Point): boolean {
  return DETACHED.some(
    (waters) =>
      code === waters.code &&
      longitude >= waters.west &&
      longitude <= waters.east &&
      latitude >= waters.south &&
      latitude <= waters.north,
  );
}

function regionOfNearestCoast(coder: CountryCoder, point: Point): CountryRegionId | null {
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
 * 2. else, when land is within 200 nautical miles, the region of the territory it lies in or of the nearest coast;
 * 3. else `global` alone, which counts every event.
 *
 * @param regionOfPoint does step 2
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
 * Borders of @rapideditor/country-coder: offline, but ~75 ms to import, and so never at the top of a module. The mask
 * of land is small, and comes with them.
 *
 * @param importCoder Default: imports the package.
 * @returns a geography that has not loaded anything yet
 */
export function createGeography(
  importCoder: () => Promise<CountryCoder> = () => import('@rapideditor/country-coder'),
): Geography {
  let loading: Promise<RegionOfPoint> | null = null;
  return {
    load() {
      loading ??= loadRegions(importCoder).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
  };
}

async function loadRegions(importCoder: () => Promise<CountryCoder>): Promise<RegionOfPoint> {
  const [coder, { createIsNearLand }, { LAND_MASK }] = await Promise.all([
    importCoder(),
    import('./near-land.js'),
    import('./land-mask.js'),
  ]);
  return createRegionOfPoint(coder, createIsNearLand(LAND_MASK));
}
