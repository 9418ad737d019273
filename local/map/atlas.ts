import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as coder from '@rapideditor/country-coder';
import { geoCentroid } from 'd3-geo';
import { z } from 'zod';
import { regionOfCountry } from '../../lib/hazards/regions/countries.js';
import type { RegionId } from '../../lib/hazards/regions/regions.js';

const ArcsSchema = z.array(z.array(z.int()));
const about = { id: z.string().optional(), properties: z.object({ name: z.string() }) };
const CountrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), arcs: ArcsSchema, ...about }),
  z.object({ type: z.literal('MultiPolygon'), arcs: z.array(ArcsSchema), ...about }),
]);
const PairSchema = z.tuple([z.number(), z.number()]);

const AtlasSchema = z.object({
  type: z.literal('Topology'),
  arcs: z.array(z.array(z.array(z.number()))),
  transform: z.object({ scale: PairSchema, translate: PairSchema }),
  objects: z.object({
    countries: z.object({ type: z.literal('GeometryCollection'), geometries: z.array(CountrySchema) }),
  }),
});
export type Atlas = z.infer<typeof AtlasSchema>;

export interface AtlasPolygon {
  readonly name: string;
  /** ISO 3166-1 numeric; Natural Earth leaves it out for a few places that have none. */
  readonly numericCode: string | undefined;
  readonly shape: { type: 'Polygon'; arcs: number[][] };
}

const require = createRequire(import.meta.url);

/** The countries of the package world-atlas, 1:110 million: Natural Earth, as TopoJSON. */
export function readAtlas(): Atlas {
  return AtlasSchema.parse(JSON.parse(readPackageFile('world-atlas', 'countries-110m.json')));
}

/** Every country, one entry for each of its polygons. */
export function polygonsOf(atlas: Atlas): AtlasPolygon[] {
  return atlas.objects.countries.geometries.flatMap((country) => {
    const polygons = country.type === 'Polygon' ? [country.arcs] : country.arcs;
    return polygons.map((arcs) => ({
      name: country.properties.name,
      numericCode: country.id,
      shape: { type: 'Polygon' as const, arcs },
    }));
  });
}

/** @throws when the package is not installed or has no such file */
export function readPackageFile(name: string, file: string): string {
  return readFileSync(require.resolve(`${name}/${file}`), 'utf8');
}

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
