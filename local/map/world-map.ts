import { type GeoContext, type GeoPermissibleObjects, geoEqualEarth, geoPath } from 'd3-geo';
import { feature, merge, mesh } from 'topojson-client';
import { z } from 'zod';
import { REGION_IDS, type RegionId } from '../../lib/hazards/regions/regions.js';
import {
  type Atlas,
  type AtlasPolygon,
  polygonsOf,
  readAtlas,
  readPackageFile,
  regionOfPolygon,
} from './atlas.js';

/** The world as the page draws it: paths in one coordinate system, and what it takes to put a point into it. */
export interface WorldMap {
  readonly width: number;
  readonly height: number;
  /** Of the Equal Earth projection: units per radian. */
  readonly scale: number;
  /** The degrees of longitude in the middle of the map. */
  readonly centralLongitude: number;
  readonly sphere: string;
  /** Land by region; `global` has none of its own. */
  readonly regions: Readonly<Record<string, string>>;
  /** Land in no region. */
  readonly elsewhere: string;
  /** Borders between countries of one region. */
  readonly borders: string;
}

/** On this width a whole unit is finer than a pixel, and all paths are in whole units. */
const WIDTH = 3600;
/** The edge of the map then runs through the Bering Strait, and cuts no country in two. */
const CENTRAL_LONGITUDE = 11;

/**
 * Projects the countries of an atlas and joins them to regions. Equal Earth keeps areas true: no region looks larger
 * than it is.
 *
 * @throws when the atlas holds a country that is not known
 */
export function makeWorldMap(atlas: Atlas): WorldMap {
  const { projection, height } = project();
  const draw = (shape: GeoPermissibleObjects): string => {
    const writer = createPathWriter();
    geoPath(projection, writer)(shape);
    return writer.text();
  };
  const polygons = polygonsOf(atlas).map((polygon) => ({ ...polygon, region: regionOf(atlas, polygon) }));
  const shapesIn = (id: RegionId | null) =>
    polygons.filter(({ region }) => region === id).map(({ shape }) => shape);
  const groups = [...REGION_IDS.filter((id) => id !== 'global'), null].map(
    (id) => [id, shapesIn(id)] as const,
  );
  const land = groups.map(([id, shapes]) => [id ?? '', draw(merge(atlas, shapes))] as const);
  return {
    width: WIDTH,
    height,
    scale: projection.scale(),
    centralLongitude: CENTRAL_LONGITUDE,
    sphere: draw({ type: 'Sphere' }),
    regions: Object.fromEntries(land.filter(([id]) => id !== '')),
    elsewhere: land.at(-1)?.[1] ?? '',
    borders: draw({
      type: 'MultiLineString',
      coordinates: groups.flatMap(([, shapes]) => bordersWithin(atlas, shapes)),
    }),
  };
}

function project() {
  const projection = geoEqualEarth().rotate([-CENTRAL_LONGITUDE, 0]).fitWidth(WIDTH, { type: 'Sphere' });
  const height = Math.ceil(geoPath(projection).bounds({ type: 'Sphere' })[1][1]);
  return { projection: projection.translate([WIDTH / 2, height / 2]), height };
}

function regionOf(atlas: Atlas, polygon: AtlasPolygon): RegionId | null {
  const { geometry } = feature(atlas, { ...polygon.shape, properties: {} });
  return regionOfPolygon(polygon, geometry.coordinates);
}

function bordersWithin(atlas: Atlas, geometries: AtlasPolygon['shape'][]) {
  return mesh(atlas, { type: 'GeometryCollection', geometries }, (a, b) => a !== b).coordinates;
}

export interface PathWriter extends GeoContext {
  /** What was drawn so far, as the `d` of an SVG path. */
  text(): string;
}

/**
 * A canvas that writes down what is drawn on it, in whole units and relative to the point before: half the size of
 * absolute coordinates.
 */
export function createPathWriter(): PathWriter {
  const parts: string[] = [];
  let at: Point = [0, 0];
  let start: Point = [0, 0];
  let pen: 'up' | 'moved' | 'down' = 'up';

  /** The way from the point before, rounded as a whole: rounding errors do not add up. */
  function stepTo(x: number, y: number): string {
    const next: Point = [Math.round(x), Math.round(y)];
    const [dx, dy] = [next[0] - at[0], next[1] - at[1]];
    at = next;
    return dx === 0 && dy === 0 ? '' : `${dx}${dy < 0 ? '' : ' '}${dy}`;
  }

  return {
    beginPath: () => undefined,
    moveTo(x, y) {
      parts.push(`m${stepTo(x, y) || '0 0'}`);
      start = at;
      pen = 'moved';
    },
    lineTo(x, y) {
      const step = stepTo(x, y);
      if (step === '') return;
      // SVG takes further pairs for lines, and a minus for a separator.
      parts.push(pen === 'moved' ? 'l' : step.startsWith('-') ? '' : ' ', step);
      pen = 'down';
    },
    closePath() {
      parts.push('z');
      at = start;
      pen = 'up';
    },
    arc: () => {
      throw new Error('the map has no points, and nothing else is drawn with arcs');
    },
    text: () => parts.join(''),
  };
}

type Point = readonly [number, number];

/**
 * The files of `public/vendor/world-map/`: the map as a module, and its licence.
 *
 * @returns contents by file name
 */
export function mapFiles(): Readonly<Record<string, string>> {
  const { version } = PackageSchema.parse(JSON.parse(readPackageFile('world-atlas', 'package.json')));
  const entries = Object.entries(makeWorldMap(readAtlas()));
  const lines = entries.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`);
  return {
    'world-map.js': `${headerOf(version)}export const WORLD_MAP = {\n${lines.join('')}};\n`,
    'LICENSE.txt': `${licenceOf(version)}\n${readPackageFile('world-atlas', 'LICENSE')}`,
  };
}

const PackageSchema = z.object({ version: z.string() });

function headerOf(version: string): string {
  return `// Made by local/copy-map.ts from world-atlas ${version} (countries-110m); licence beside this file.\n`;
}

function licenceOf(version: string): string {
  return `The shapes in world-map.js are those of world-atlas ${version}, countries-110m.json, projected and joined to
regions. They come from Natural Earth (https://www.naturalearthdata.com), version 4.1.0, which is in the public
domain. world-atlas is licensed as follows.
`;
}
