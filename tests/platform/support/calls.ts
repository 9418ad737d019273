import { makeSnapshot } from '../../support/snapshots.js';

export interface PlatformCall {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that both must answer with. */
  readonly status: number;
  /**
   * How the bodies are held against each other. `same`, the default: byte by byte. `shape`: by names, types and what
   * does not depend on the moment. `file`: byte by byte, but each server names the version of a file in its own way.
   * `none`: not at all, because the platform answers before any function is asked.
   */
  readonly compare?: 'same' | 'shape' | 'file' | 'none';
}

export const SECRET = 'a-secret-for-this-test';
export const PUSHED_ID = 'pushed-by-the-conformance-test';
const CRON = '/api/cron/persist-regions';
const AUTHORISED = { authorization: `Bearer ${SECRET}` };
const JSON_BODY = { 'content-type': 'application/json' };

/** What is stored before anything is compared, so that both sides find the same store and leave it as it is. */
export const SETUP: readonly PlatformCall[] = [
  { name: 'a run', path: CRON, headers: AUTHORISED, status: 200 },
  push('a push', pushed(), 200),
];

export const CALLS: readonly PlatformCall[] = [
  { name: 'a run', path: CRON, headers: AUTHORISED, status: 200, compare: 'shape' },
  {
    name: 'a dry run by POST',
    path: `${CRON}?dry-run=true&regions=mena,europe`,
    method: 'POST',
    headers: AUTHORISED,
    status: 200,
    compare: 'shape',
  },
  { name: 'a run without the secret', path: CRON, status: 401 },
  { name: 'a run with another secret', path: CRON, headers: { authorization: 'Bearer x' }, status: 401 },
  { name: 'HEAD of a run', path: CRON, method: 'HEAD', headers: AUTHORISED, status: 405 },
  { name: 'DELETE of a run', path: CRON, method: 'DELETE', headers: AUTHORISED, status: 405 },
  { name: 'OPTIONS of a run', path: CRON, method: 'OPTIONS', headers: AUTHORISED, status: 405 },
  {
    name: 'a run of a region that there is not',
    path: `${CRON}?regions=atlantis`,
    headers: AUTHORISED,
    status: 400,
  },
  {
    name: 'DELETE of a snapshot without the secret',
    path: `/api/snapshots/${PUSHED_ID}`,
    method: 'DELETE',
    status: 401,
  },
  {
    name: 'DELETE of a snapshot that there is not',
    path: '/api/snapshots/never-stored',
    method: 'DELETE',
    headers: AUTHORISED,
    status: 404,
  },
  { name: 'a misspelt dry run', path: `${CRON}?dry_run=true`, headers: AUTHORISED, status: 400 },
  {
    name: 'a repeated parameter',
    path: `${CRON}?dry-run=true&dry-run=true`,
    headers: AUTHORISED,
    status: 400,
  },

  { ...push('a push of what is stored', pushed(), 200), compare: 'shape' },
  push('a push of nothing', JSON.stringify({ snapshots: [] }), 400),
  push('a push of what is not JSON', '{"snapshots":[', 400),
  push('a push of an empty body', '', 400),
  { ...push('a push without a content type', pushed(), 200), headers: AUTHORISED, compare: 'shape' },
  {
    ...push('a push as a form', 'a=b', 400),
    headers: { ...AUTHORISED, 'content-type': 'application/x-www-form-urlencoded' },
  },
  { ...push('a push of more than 4.5 MB', ' '.repeat(4_700_000), 413), compare: 'none' },
  { ...push('a push without the secret', pushed(), 401), headers: JSON_BODY },
  { name: 'GET of a push', path: '/api/snapshots', headers: AUTHORISED, status: 405 },

  ...read('/api/regions'),
  ...read('/api/regions/europe'),
  ...read('/api/regions/europe/history?limit=5'),
  ...read(`/api/snapshots/${PUSHED_ID}`),
  ...read('/api/runs'),
  { name: 'health', path: '/api/health', status: 200, compare: 'shape' },
  { name: 'HEAD of health', path: '/api/health', method: 'HEAD', status: 200 },
  { name: 'POST to health', path: '/api/health', method: 'POST', status: 405 },
  { name: 'an unknown parameter of health', path: '/api/health?verbose=1', status: 400 },
  {
    name: 'a parameter that the platform adds',
    path: '/api/health?x-vercel-set-bypass-cookie=true',
    status: 200,
    compare: 'shape',
  },
  { name: 'a region that there is not', path: '/api/regions/atlantis', status: 404 },
  { name: 'a region in percent-encoding', path: '/api/regions/%65urope', status: 200 },
  { name: 'a region and a parameter of the same name', path: '/api/regions/europe?id=mena', status: 200 },
  {
    name: 'a history with an unknown parameter',
    path: '/api/regions/europe/history?until=2026-01-01',
    status: 400,
  },
  { name: 'a history with a bad limit', path: '/api/regions/europe/history?limit=none', status: 400 },
  { name: 'a snapshot that there is not', path: '/api/snapshots/none', status: 404 },
  { name: 'an id that no snapshot can have', path: '/api/snapshots/%20', status: 404 },
  { name: 'a route that there is not', path: '/api/nothing', status: 404, compare: 'none' },

  { name: 'the page', path: '/', status: 200, compare: 'file' },
  { name: 'HEAD of the page', path: '/', method: 'HEAD', status: 200, compare: 'file' },
  { name: 'a script of the page', path: '/app/main.js', status: 200, compare: 'file' },
  { name: 'the OpenAPI document', path: '/openapi.json', status: 200, compare: 'file' },
  { name: 'the page by a name without its ending', path: '/index', status: 404, compare: 'none' },
  { name: 'a file that there is not', path: '/nothing.js', status: 404, compare: 'none' },
  { name: 'a source file', path: '/lib/index.ts', status: 404, compare: 'none' },
];

function push(name: string, body: string, status: number): PlatformCall {
  return {
    name,
    path: '/api/snapshots',
    method: 'POST',
    headers: { ...AUTHORISED, ...JSON_BODY },
    body,
    status,
  };
}

function pushed(): string {
  return JSON.stringify({ snapshots: [makeSnapshot('latam', { id: PUSHED_ID })] });
}

function read(path: string): PlatformCall[] {
  const [bare] = path.split('?');
  return [
    { name: path, path, status: 200 },
    { name: `HEAD of ${bare}`, path, method: 'HEAD', status: 200 },
    { name: `POST to ${bare}`, path, method: 'POST', status: 405 },
    { name: `${bare} with an unknown parameter`, path: `${bare}?colour=red`, status: 400 },
  ];
}
