import { regionOfCountry } from '../geography/country-regions.js';
import type { RegionOfPoint } from '../geography/point-region.js';
import { GLOBAL_REGION_ID, type RegionId } from '../regions.js';
import type { HazardEvent } from './hazard-event.js';

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
