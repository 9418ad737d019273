import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { landMaskFile } from './map/land-mask.js';
import { takeNoOptions } from './script-options.js';
import { PROJECT_ROOT } from './stack.js';

takeNoOptions(`Writes lib/hazards/regions/land-mask.ts, the places near land, after a new version of world-atlas.

Usage: npm run land
`);

const path = join(PROJECT_ROOT, 'lib/hazards/regions/land-mask.ts');
const content = landMaskFile();
writeFileSync(path, content);
process.stdout.write(`${path}  ${content.length} bytes\n`);
