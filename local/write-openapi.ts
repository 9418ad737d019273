import { writeFile } from 'node:fs/promises';
import { createOpenApiDocument } from '../lib/web/openapi/document.js';
import manifest from '../package.json' with { type: 'json' };

/** Writes the OpenAPI document to where it is served from, at `/openapi.json`. */
const document = createOpenApiDocument(manifest.version);
await writeFile(new URL('../public/openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
