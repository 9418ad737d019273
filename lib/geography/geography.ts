import { createRegionOfPoint, type RegionOfPoint } from './point-region.js';

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
