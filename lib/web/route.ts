import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Config,
  type ConfigFault,
  type ConfigResult,
  type Env,
  parseConfig,
  readVariable,
} from '../config.js';
import { BAD_URL, type Problem, problemBody } from './answers.js';
import { hasId, idIn, parseQuery, type QuerySchema, urlOf } from './request.js';

/** What a route answers: JSON, or nothing where there is no body (a 304); or a problem. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly problem: Problem };

export interface Route<Query> {
  /** Below the base path: `/regions/{id}/history`. */
  readonly path: string;
  readonly methods: readonly string[];
  /** `secret`: CRON_SECRET; `read`: READ_TOKEN where one is set; `open`: anybody. */
  readonly access: 'secret' | 'read' | 'open';
  /** The query parameters that the route takes. Every other one is refused. */
  readonly query: QuerySchema<Query>;
  /** Called when a caller is refused, with the reason in words; never with anything that the caller sent. */
  readonly onRefused?: (request: Request, why: string) => void;
  readonly answer: (request: Request, config: Config, params: RouteParams<Query>) => Promise<Answer>;
}

export interface RouteParams<Query> {
  readonly query: Query;
  /** The value of `{id}` in the path of the request, decoded; '' where the route has none. */
  readonly id: string;
}

/** A web-standard request handler. It never rejects. */
export type Handler = (request: Request) => Promise<Response>;

export interface HandlerOptions {
  /** Where the configuration is read from, once, at the first call that needs it. Default `process.env`. */
  readonly env?: Env;
  /** Receives exceptions, which are not shown to the caller. Default `console.error`. */
  readonly logBug?: (error: unknown) => void;
}

/**
 * Makes a web-standard handler of a route. It checks the method, the caller, the configuration and the query, in this
 * order, and turns everything that can go wrong into a problem. Where a secret is required, a caller without it learns
 * nothing about the configuration.
 */
export function createHandler<Query>(route: Route<Query>, options: HandlerOptions = {}): Handler {
  const { env = process.env, logBug = console.error } = options;
  let configured: ConfigResult | undefined;

  async function answerTo(request: Request): Promise<Answer> {
    if (!route.methods.includes(request.method)) return { problem: methodNotAllowed(route.methods) };
    if (!mayEnter(request)) {
      route.onRefused?.(request, whyRefused(request, route.access, env));
      return { problem: unauthorised(route.access, env) };
    }
    configured ??= parseConfig(env);
    if (!configured.ok) return { problem: misconfigured(configured.faults) };
    const url = urlOf(request);
    if (url === null) return { problem: BAD_URL };
    const query = parseQuery(url.searchParams, route.query, hasId(route.path) ? 'id' : undefined);
    if ('problem' in query) return query;
    return route.answer(request, configured.config, {
      query: query.value,
      id: idIn(url.pathname, route.path),
    });
  }

  function mayEnter(request: Request): boolean {
    if (route.access === 'open') return true;
    const secret = readVariable(env, SECRETS[route.access]);
    return (route.access === 'read' && secret === undefined) || isAuthorised(request, secret);
  }

  return async (request) => {
    try {
      return respond(request, await answerTo(request));
    } catch (error) {
      logBug(error);
      return respond(request, { problem: INTERNAL });
    }
  };
}

/** A handler for one or several methods of a path. */
export interface MethodHandler {
  readonly methods: readonly string[];
  readonly handler: Handler;
}

/** Joins the handlers of one path. A method that none of them accepts is answered with the list of those that are. */
export function byMethod(handlers: readonly MethodHandler[]): Handler {
  return async (request) => {
    const taken = handlers.find(({ methods }) => methods.includes(request.method));
    if (taken !== undefined) return taken.handler(request);
    return respond(request, { problem: methodNotAllowed(handlers.flatMap(({ methods }) => methods)) });
  };
}

/** Turns an answer into a response. The answer to HEAD has the headers of that to GET, and no body. */
export function respond({ method }: Request, answer: Answer): Response {
  const { status, body, type, ...rest } =
    'problem' in answer
      ? { ...answer.problem, body: problemBody(answer.problem), type: 'application/problem+json' }
      : { body: undefined, ...answer, type: 'application/json' };
  const headers = new Headers({ 'cache-control': 'no-store', ...rest.headers });
  if (body === undefined) return new Response(null, { status, headers });
  headers.set('content-type', `${type}; charset=utf-8`);
  return new Response(method === 'HEAD' ? null : `${JSON.stringify(body)}\n`, { status, headers });
}

/**
 * Whether a request carries the header `Authorization: Bearer <secret>`, once, compared in constant time.
 *
 * @param secret undefined or empty when none is configured: then everyone is refused
 */
export function isAuthorised({ headers }: Pick<Request, 'headers'>, secret: string | undefined): boolean {
  return hasSecret(headers.get('authorization'), secret);
}

/**
 * Whether the Authorization header is `Bearer <secret>`. Digests of equal length are compared, so that the time taken
 * reveals neither the secret nor its length. Several headers arrive joined by commas and are refused, because proxies
 * differ in which one they keep.
 *
 * @param authorization the header, null when there is none
 * @param secret undefined or empty when none is configured: then everyone is refused
 */
export function hasSecret(authorization: string | null, secret: string | undefined): boolean {
  if (!secret || authorization === null || !SCHEME.test(authorization)) return false;
  return timingSafeEqual(digest(authorization.replace(SCHEME, '')), digest(secret));
}

/** The case of a scheme does not matter (RFC 9110, section 11.1). */
const SCHEME = /^bearer /i;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const SECRETS = { secret: 'CRON_SECRET', read: 'READ_TOKEN' } as const;

const INTERNAL: Problem = { status: 500, code: 'internal', title: 'The function failed' };

function methodNotAllowed(methods: readonly string[]): Problem {
  const allow = methods.join(', ');
  const detail = `Allowed: ${allow}`;
  return { status: 405, code: 'method-not-allowed', title: 'Method not allowed', detail, headers: { allow } };
}

function unauthorised(access: Route<unknown>['access'], env: Env): Problem {
  const isUnset = access === 'secret' && readVariable(env, SECRETS.secret) === undefined;
  return {
    status: 401,
    code: 'unauthorised',
    title: 'Unauthorised',
    detail: isUnset
      ? 'CRON_SECRET is not set on this deployment, so nobody may do this'
      : 'Send the header Authorization: Bearer <secret>, once',
    headers: { 'www-authenticate': 'Bearer' },
  };
}

/** Says which header is missing or wrong, without its value. */
function whyRefused({ headers }: Request, access: Route<unknown>['access'], env: Env): string {
  if (access === 'secret' && readVariable(env, SECRETS.secret) === undefined) {
    return 'CRON_SECRET is not set on this deployment';
  }
  const authorization = headers.get('authorization');
  if (authorization === null) return 'the header Authorization is missing';
  if (!SCHEME.test(authorization)) return 'the header Authorization does not begin with "Bearer "';
  if (SEVERAL.test(authorization)) return 'the header Authorization came more than once';
  return 'the header Authorization carries a secret other than CRON_SECRET';
}

/** Several headers arrive joined by a comma and a space. */
const SEVERAL = /, bearer /i;

function misconfigured(faults: readonly ConfigFault[]): Problem {
  return {
    status: 500,
    code: 'misconfigured',
    title: 'The deployment is misconfigured',
    detail: faults.map(({ variable, message }) => `${variable} ${message}`).join('; '),
    errors: faults.map(({ variable, message }) => ({ at: variable, message })),
  };
}
