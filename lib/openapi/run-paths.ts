import { REGION_IDS } from '../regions.js';
import { jsonResponse, responseRef } from './responses.js';
import { type Json, refTo } from './schemas.js';

const SECURITY = [{ cronSecret: [] }];

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
    name: 'dry-run',
    in: 'query',
    description: 'Collect and assess, write nothing, and answer with the snapshots.',
    schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
  },
];

/** The routes that write. */
export const RUN_PATHS: Json = {
  '/api/cron/persist-regions': {
    get: runOperation('runByCron', 'A run, as a cron makes it'),
    post: runOperation('run', 'A run'),
  },
  '/api/snapshots': {
    post: {
      operationId: 'pushSnapshots',
      summary: 'Persist snapshots that another program made',
      tags: ['runs'],
      security: SECURITY,
      requestBody: { required: true, content: { 'application/json': { schema: refTo('PushedSnapshots') } } },
      responses: {
        200: jsonResponse('Nothing failed.', 'RunReport'),
        400: responseRef('BadRequest'),
        401: responseRef('Unauthorised'),
        405: responseRef('MethodNotAllowed'),
        413: responseRef('TooLarge'),
        500: reportOrProblem('RunReport'),
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
    security: SECURITY,
    parameters: RUN_PARAMETERS,
    responses: {
      200: jsonResponse('Nothing failed.', ['RunReport', 'DryRunReport']),
      400: responseRef('BadRequest'),
      401: responseRef('Unauthorised'),
      405: responseRef('MethodNotAllowed'),
      500: reportOrProblem('RunReport', 'DryRunReport'),
    },
  };
}

/** A monitor looks at the status alone, so a run in which something failed is a 500 with its full report. */
function reportOrProblem(...reports: readonly ('RunReport' | 'DryRunReport')[]): Json {
  return {
    description: 'Something failed: the full report says what. Or a problem: `misconfigured`, `internal`.',
    content: {
      'application/json': { schema: { anyOf: reports.map(refTo) } },
      'application/problem+json': { schema: refTo('Problem') },
    },
  };
}
