import { READ_PATHS, RUN_PATHS } from './paths.js';
import { PROBLEM_RESPONSES } from './responses.js';
import { componentSchemas, type Json } from './schemas.js';

/**
 * Describes every route as an OpenAPI 3.1 document, with the schemas that the code itself checks with.
 *
 * @param version of the project
 */
export function createOpenApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'region-persister',
      version,
      description:
        'Snapshots of 8 regions, assessed from public disaster feeds every six hours. Stored snapshots are ' +
        'snake_case, everything else is camelCase. Reads also answer HEAD. Errors are problems (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'reads', description: 'Open, unless the deployment sets READ_TOKEN.' },
      { name: 'health', description: 'For monitors. Always open.' },
      { name: 'runs', description: 'They require CRON_SECRET.' },
    ],
    paths: { ...READ_PATHS, ...RUN_PATHS },
    components: {
      schemas: componentSchemas(),
      responses: PROBLEM_RESPONSES,
      securitySchemes: {
        cronSecret: { type: 'http', scheme: 'bearer', description: 'The CRON_SECRET of the deployment.' },
        readToken: { type: 'http', scheme: 'bearer', description: 'The READ_TOKEN of the deployment.' },
      },
    },
  };
}
