import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createOpenApiDocument } from '../lib/web/openapi/document.js';
import manifest from '../package.json' with { type: 'json' };
import { takeNoOptions } from './script-options.js';

takeNoOptions(`Writes public/openapi.json from the schemas of the code, after one of them has changed.

Usage: npm run openapi
`);

const file = fileURLToPath(new URL('../public/openapi.json', import.meta.url));
const document = createOpenApiDocument(manifest.version);
await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
execFileSync('npx', ['--no', 'biome', 'format', '--write', file], { stdio: 'inherit' });
