import * as coder from '@rapideditor/country-coder';
import { geoCentroid } from 'd3-geo';
import { regionOfCountry } from '../../lib/geography/country-regions.js';
import type { RegionId } from '../../lib/regions.js';

/** Natural Earth's places without a code, by the country that ours counts them with. */
const UNCODED: Readonly<Record<string, string>> = { Kosovo: 'XK', 'N. Cyprus': 'CY', Somaliland: 'SO' };

/**
 * The region that a polygon of a country is tinted as. A territory far from its country goes by its own code, as its
 * events do: French Guiana is a polygon of France, and counts with Latin America.
 *
 * @param country its name in Natural Earth and, where it has one, its ISO 3166-1 numeric code
 * @param rings longitude and latitude in degrees
 * @returns null for a place in no region, such as Antarctica
 * @throws when the country is not known at all: a new edition of the shapes needs a look
 */
export function regionOfPolygon(
  country: { readonly name: string; readonly numericCode: string | undefined },
  rings: number[][][],
): RegionId | null {
  const alpha2 = alpha2Of(country.name, country.numericCode);
  const centre = geoCentroid({ type: 'Polygon', coordinates: rings });
  // The centre of a curved country may lie in its neighbour: then the country itself decides.
  const isInCountry = coder.iso1A2Code(centre, { level: 'country' }) === alpha2;
  const territory = isInCountry ? coder.iso1A2Code(centre, { level: 'territory' }) : null;
  return regionOfCountry(territory ?? alpha2) ?? regionOfCountry(alpha2);
}

function alpha2Of(name: string, numericCode: string | undefined): string {
  const alpha2 = UNCODED[name] ?? (numericCode === undefined ? null : coder.iso1A2Code(numericCode));
  if (alpha2 === null) throw new Error(`no country code for ${name}`);
  return alpha2;
}
