import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapFiles } from './map/world-map.js';
import { takeNoOptions } from './script-options.js';
import { PROJECT_ROOT } from './stack.js';

takeNoOptions(`Writes the map of the status page, after a new version of world-atlas or a change of the regions.

Usage: npm run map
`);

const folder = join(PROJECT_ROOT, 'public/vendor/world-map');
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(mapFiles())) {
  writeFileSync(join(folder, name), content);
  process.stdout.write(`${join(folder, name)}  ${content.length} bytes\n`);
}
