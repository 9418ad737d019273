import { z } from 'zod';
import { readAtlas, readPackageFile } from './atlas.js';
import { makeWorldMap } from './world-map.js';

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
