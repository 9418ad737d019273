import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { errorAnswer, type HttpAnswer } from './reply.js';

/** A request that is authorised and well-formed. */
export interface GatewayRequest {
  readonly route: Target['route'];
  /** One for a single command; in order for a batch. */
  readonly commands: readonly Command[];
  /** Whether strings are answered in base64. */
  readonly base64: boolean;
  /** `resp2`: the bytes of Redis's own protocol. */
  readonly format: 'json' | 'resp2';
}

export interface RawRequest {
  readonly method: string;
  readonly target: Target;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type ParsedRequest =
  | { readonly status: 'parsed'; readonly request: GatewayRequest }
  | { readonly status: 'refused'; readonly answer: HttpAnswer };

const METHODS = new Set(['HEAD', 'GET', 'POST', 'PUT']);

/**
 * Reads the commands of a request, as the documentation of the Upstash REST API describes them
 * (https://upstash.com/docs/redis/features/restapi).
 */
export function parseRequest(raw: RawRequest): ParsedRequest {
  if (!METHODS.has(raw.method)) {
    return refused(errorAnswer(405, 'ERR method not allowed', { allow: [...METHODS].join(', ') }));
  }
  const base64 = raw.headers['upstash-encoding'] === 'base64';
  const format = FormatSchema.safeParse(raw.headers['upstash-response-format']);
  if (!format.success || (format.data === 'resp2' && base64)) {
    return refused(errorAnswer(400, 'ERR response format is not supported'));
  }
  const commands = readCommands(raw);
  if (commands === null) return refused(errorAnswer(400, 'ERR failed to parse command'));
  return {
    status: 'parsed',
    request: { route: raw.target.route, commands, base64, format: format.data },
  };
}

const FormatSchema = z.enum(['json', 'resp2']).default('json');

function readCommands({ target, body }: RawRequest): readonly Command[] | null {
  if (target.route === 'path') return readPath(target, body);
  if (target.route !== '/') return readJson(body, JsonBatchSchema);
  const command = readJson(body, JsonCommandSchema);
  return command && [command];
}

/** `/set/key` with a body and `?EX=100` is `SET key <body> EX 100`: path, then body, then query. */
function readPath(target: Target, body: Buffer): readonly Command[] | null {
  const [name, ...path] = target.segments ?? [];
  if (!name) return null;
  const query = target.query.flatMap(([option, value]) => (value === '' ? [option] : [option, value]));
  return [[name, ...path, ...(body.length > 0 ? [body] : []), ...query]];
}

function readJson<T>(body: Buffer, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return null;
  }
}

function refused(answer: HttpAnswer): ParsedRequest {
  return { status: 'refused', answer };
}

/** Says whether a request carries the token. */
export type Authorise = (credentials: Credentials) => boolean;

export interface Credentials {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** The `_token` query parameter, which counts only when there is no header. */
  readonly queryToken: string | null;
}

/**
 * @param token what callers must present, as `Authorization: Bearer …` or as `?_token=…`
 * @throws Error when the token is empty: every request without one would be let in
 */
export function createAuthoriser(token: string): Authorise {
  if (token === '') throw new Error('the gateway needs a token');
  const expected = digest(token);
  return ({ authorization, queryToken }) => {
    const presented = authorization === undefined ? queryToken : /^Bearer (.+)$/i.exec(authorization)?.[1];
    // Digests all have the same length, which timingSafeEqual requires, and do not reveal the length of the token.
    return timingSafeEqual(digest(presented ?? ''), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A command and its arguments as they go to Redis: text as UTF-8, a Buffer (a body posted to a path) unchanged. */
export type Command = readonly [Argument, ...Argument[]];
export type Argument = string | Buffer;

/** The protocol accepts strings, numbers and booleans; null and nested values mean nothing as an argument. */
const JsonArgumentSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One command as JSON: `["SET", "key", "value", "EX", 100]`. */
export const JsonCommandSchema = z
  .tuple([JsonArgumentSchema], JsonArgumentSchema)
  .refine(([name]) => name !== '');

/** The body of `/pipeline` and `/multi-exec`. */
export const JsonBatchSchema = z.array(JsonCommandSchema).min(1);

/** The name of a command, in capitals. */
export function commandName(command: Command): string {
  return command[0].toString().toUpperCase();
}

/** Where a request goes: a command in the body, a batch of them, or a command spelled out in the path. */
export type Route = '/' | '/pipeline' | '/multi-exec' | 'path';

/** The parts of a request target. */
export interface Target {
  readonly route: Route;
  /** The path between its slashes, decoded; null when its percent-encoding is broken. */
  readonly segments: readonly string[] | null;
  /** The query in order, without the token. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly token: string | null;
}

/** @param url the request target as it came over the wire: path and query */
export function parseTarget(url: string): Target {
  const [path = '', ...rest] = url.split('?');
  const parameters = new URLSearchParams(rest.join('?'));
  return {
    route: routeOf(path),
    segments: decode(path.replace(/^\//, '').split('/')),
    query: [...parameters].filter(([name]) => name !== '_token'),
    token: parameters.get('_token'),
  };
}

function routeOf(path: string): Route {
  const named = RouteSchema.safeParse(path === '/' ? path : path.replace(/\/$/, ''));
  return named.success ? named.data : 'path';
}

const RouteSchema = z.enum(['/', '/pipeline', '/multi-exec']);

function decode(segments: readonly string[]): string[] | null {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}
