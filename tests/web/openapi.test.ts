import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOpenApiDocument } from '../../lib/web/openapi/document.js';
import { HistoryQuerySchema } from '../../lib/web/read.js';
import { ReportsQuerySchema, RunQuerySchema } from '../../lib/web/write.js';
import manifest from '../../package.json' with { type: 'json' };
import { createContract } from '../support/contract.js';
import { listFunctions, pathOfFunction } from '../support/function-files.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const document = createOpenApiDocument(manifest.version);
const ParametersSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional() }),
  ),
);

describe('the OpenAPI document', () => {
  it('is the one that is served (npm run openapi writes it after a change)', async () => {
    const served = await readFile(`${ROOT}public/openapi.json`, 'utf8');

    expect(JSON.parse(served)).toEqual(document);
  });

  it('describes every function, and nothing else', async () => {
    const paths = (await listFunctions()).map(pathOfFunction);

    expect(Object.keys(Object(document.paths)).toSorted()).toEqual(paths.toSorted());
  });

  it('names every operation once', () => {
    const ids = JSON.stringify(document).match(/"operationId":"\w+"/g) ?? [];

    expect(ids).toHaveLength(createContract(document).operations.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['get /api/cron/persist-regions', RunQuerySchema],
    ['post /api/cron/persist-regions', RunQuerySchema],
    ['get /api/runs', ReportsQuerySchema],
    ['get /api/regions/{id}/history', HistoryQuerySchema],
  ])('names every query parameter of %s', (operation, schema) => {
    const [method = '', path = ''] = operation.split(' ');
    const documented = ParametersSchema.parse(document.paths)[path]?.[method]?.parameters ?? [];

    const names = documented.flatMap((parameter) => (parameter.in === 'query' ? parameter.name : []));
    expect(names.toSorted()).toEqual(Object.keys(schema.in.shape).toSorted());
  });

  it('refers only to what exists', () => {
    const text = JSON.stringify(document);
    const refs = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];

    expect(refs.length).toBe([...text.matchAll(/"\$ref"/g)].length);
    for (const [, kind = '', name = ''] of refs) {
      expect(Object(document.components)[kind], `${kind}/${name}`).toHaveProperty(name);
    }
  });
});
