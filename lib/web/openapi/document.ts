import { REGION_IDS } from '../../hazards/regions/regions.js';
import { DEFAULT_ENTRIES, MOST_ENTRIES } from '../read.js';
import {
  componentSchemas,
  header,
  type Json,
  jsonResponse,
  PROBLEM_RESPONSES,
  refTo,
  responseRef,
} from './components.js';

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

/** No token, or READ_TOKEN where the deployment sets one. */
const READ_SECURITY = [{}, { readToken: [] }];

const REGION = { name: 'id', in: 'path', required: true, schema: refTo('RegionId') };
const SNAPSHOT = { name: 'id', in: 'path', required: true, schema: refTo('SnapshotId') };
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  description: 'ETags of what the caller already has.',
  schema: { type: 'string' },
};

const MOMENT = { type: ['string', 'integer'] };
const HISTORY_PARAMETERS = [
  REGION,
  {
    name: 'from',
    in: 'query',
    description: 'Oldest `generatedAt`, inclusive: epoch ms, or ISO 8601 (in UTC unless it names a zone).',
    schema: MOMENT,
    example: '2026-11-01',
  },
  {
    name: 'to',
    in: 'query',
    description: 'Newest `generatedAt`, inclusive, written like `from`.',
    schema: MOMENT,
    example: '2026-11-22T12:00Z',
  },
  {
    name: 'limit',
    in: 'query',
    description: 'The most entries on a page.',
    schema: { type: 'integer', minimum: 1, maximum: MOST_ENTRIES, default: DEFAULT_ENTRIES },
  },
  {
    name: 'cursor',
    in: 'query',
    description: 'Where the previous page ended; replaces `to`. Follow `next` instead of constructing one.',
    schema: { type: 'string' },
  },
];

const ETAG = { ETag: header('A strong entity tag of the snapshot.') };
const NOT_MODIFIED = { description: 'The caller already has this version.', headers: ETAG };
const SNAPSHOT_RESPONSES = {
  200: jsonResponse('The snapshot, as it is stored.', ['AssessedSnapshot', 'Snapshot'], ETAG),
  304: NOT_MODIFIED,
  502: responseRef('SnapshotUnreadable'),
};

/** The routes that read. */
export const READ_PATHS: Json = {
  '/api/regions': readPath('listRegions', 'All regions with the heads of their latest snapshots', {
    responses: { 200: jsonResponse('All regions, in a fixed order.', 'Regions') },
  }),
  '/api/regions/{id}': readPath('getRegion', 'The latest snapshot of a region', {
    parameters: [REGION, IF_NONE_MATCH],
    responses: { ...SNAPSHOT_RESPONSES, 404: responseRef('NoSnapshot') },
  }),
  '/api/regions/{id}/history': readPath(
    'getHistory',
    'Regime and pressure of a region over the last 90 days',
    {
      parameters: HISTORY_PARAMETERS,
      responses: {
        200: jsonResponse('A page, newest first.', 'History'),
        404: responseRef('UnknownRegion'),
      },
    },
  ),
  '/api/snapshots/{id}': {
    ...readPath('getSnapshot', 'One snapshot', {
      parameters: [SNAPSHOT, IF_NONE_MATCH],
      responses: { ...SNAPSHOT_RESPONSES, 404: responseRef('UnknownSnapshot') },
    }),
    delete: {
      operationId: 'removeSnapshot',
      summary: 'Removes a snapshot; the one before it becomes the latest',
      tags: ['runs'],
      security: [{ cronSecret: [] }],
      parameters: [SNAPSHOT],
      responses: {
        204: { description: 'Removed from its key, the index, the trend, and the keys that pointed to it.' },
        400: responseRef('BadRequest'),
        401: responseRef('Unauthorised'),
        404: responseRef('UnknownSnapshot'),
        405: responseRef('MethodNotAllowed'),
        500: responseRef('Internal'),
        502: responseRef('SnapshotUnreadable'),
        503: responseRef('StoreUnreachable'),
      },
    },
  },
  '/api/runs': readPath('listRuns', 'The last runs, newest first', {
    parameters: [
      {
        name: 'trigger',
        in: 'query',
        description: '`push` lists pushes instead, which have a list of their own.',
        schema: { type: 'string', enum: ['push'] },
      },
    ],
    responses: { 200: jsonResponse('At most 100.', 'Runs') },
  }),
  '/api/health': {
    get: {
      operationId: 'getHealth',
      summary: 'Whether every region has a snapshot younger than 8 hours, and what else is wrong',
      tags: ['health'],
      security: [],
      responses: {
        200: jsonResponse('Every region has one. `degraded` when something else is wrong.', 'Health'),
        400: responseRef('BadRequest'),
        405: responseRef('MethodNotAllowed'),
        500: responseRef('Internal'),
        503: jsonResponse('At least one region has none, or the store cannot be reached.', 'Health'),
      },
    },
  },
};

function readPath(
  operationId: string,
  summary: string,
  { responses, ...rest }: Json & { responses: Json },
): Json {
  return {
    get: {
      operationId,
      summary,
      tags: ['reads'],
      security: READ_SECURITY,
      ...rest,
      responses: {
        400: responseRef('BadRequest'),
        401: responseRef('Unauthorised'),
        405: responseRef('MethodNotAllowed'),
        500: responseRef('Internal'),
        502: responseRef('StoreUnreadable'),
        503: responseRef('StoreUnreachable'),
        ...responses,
      },
    },
  };
}

const RUN_SECURITY = [{ cronSecret: [] }];

const RUN_PARAMETERS = [
  {
    name: 'regions',
    in: 'query',
    description: 'Only these regions, separated by commas. Default: all.',
    style: 'form',
    explode: false,
    schema: { type: 'array', items: refTo('RegionId'), minItems: 1 },
    example: REGION_IDS.slice(0, 2),
  },
  {
    name: 'due',
    in: 'query',
    description:
      'Only what has no snapshot in the present slot of six hours, or one made without an input; the rest is reported as `current`. Default: `true` for calls of the scheduler of Vercel, else `false`.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  {
    name: 'dry-run',
    in: 'query',
    description: 'Collect and assess, write nothing, and answer with the snapshots.',
    schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
  },
];

/** Nothing failed, but another writer may not have finished. */
const IN_FLIGHT = jsonResponse('Another run is still storing the same content.', 'RunReport', {
  'Retry-After': header('Seconds until its claim ends.'),
});

/** The routes that write. */
export const RUN_PATHS: Json = {
  '/api/cron/persist-regions': {
    get: runOperation('runByCron', 'Starts a run, as cron does'),
    post: runOperation('run', 'A run'),
  },
  '/api/snapshots': {
    post: {
      operationId: 'pushSnapshots',
      summary: 'Persist snapshots that another program made',
      tags: ['runs'],
      security: RUN_SECURITY,
      requestBody: {
        description: 'At most 4.5 MB. Read as JSON, whatever its content type.',
        required: true,
        content: { 'application/json': { schema: refTo('PushedSnapshots') } },
      },
      responses: {
        200: jsonResponse('Nothing failed.', 'RunReport'),
        400: responseRef('BadRequest'),
        401: responseRef('Unauthorised'),
        405: responseRef('MethodNotAllowed'),
        408: responseRef('TooSlow'),
        413: responseRef('TooLarge'),
        500: reportOrProblem('RunReport'),
        503: IN_FLIGHT,
      },
    },
  },
};

function runOperation(operationId: string, summary: string): Json {
  return {
    operationId,
    summary,
    description: 'Reads the feeds, assesses the regions and stores a snapshot of each.',
    tags: ['runs'],
    security: RUN_SECURITY,
    parameters: RUN_PARAMETERS,
    responses: {
      200: jsonResponse('Nothing failed.', ['RunReport', 'DryRunReport']),
      400: responseRef('BadRequest'),
      401: responseRef('Unauthorised'),
      405: responseRef('MethodNotAllowed'),
      500: reportOrProblem('RunReport', 'DryRunReport'),
      503: IN_FLIGHT,
    },
  };
}

/** Cron monitors look only at the status, so a run in which something failed is a 500 with its full report. */
function reportOrProblem(...reports: readonly ('RunReport' | 'DryRunReport')[]): Json {
  return {
    description: 'Something failed: the full report says what. Or a problem: `misconfigured`, `internal`.',
    content: {
      'application/json': { schema: { anyOf: reports.map(refTo) } },
      'application/problem+json': { schema: refTo('Problem') },
    },
  };
}
