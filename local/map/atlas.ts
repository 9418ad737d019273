import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

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
