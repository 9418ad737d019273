/** Writes the mask of places near land: `npm run land`, after a new version of world-atlas. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { landMaskFile } from './map/land-mask.js';
import { PROJECT_ROOT } from './stack.js';

const path = join(PROJECT_ROOT, 'lib/hazards/regions/land-mask.ts');
const content = landMaskFile();
writeFileSync(path, content);
process.stdout.write(`${path}  ${content.length} bytes\n`);
