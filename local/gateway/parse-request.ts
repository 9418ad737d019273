import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { type Command, JsonBatchSchema, JsonCommandSchema } from './command.js';
import { errorAnswer, type HttpAnswer } from './http-answer.js';
import type { Target } from './parse-target.js';

/** A request that is authorised and well formed. */
export interface GatewayRequest {
  readonly route: Target['route'];
  /** One for a single command; in order for a batch. */
  readonly commands: readonly Command[];
  /** Whether strings are to be answered in base64. */
  readonly base64: boolean;
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
 * Reads the commands out of a request, the way the REST API of Upstash describes them
 * (https://upstash.com/docs/redis/features/restapi).
 */
export function parseRequest(raw: RawRequest): ParsedRequest {
  if (!METHODS.has(raw.method)) {
    return refused(errorAnswer(405, 'ERR method not allowed', { allow: [...METHODS].join(', ') }));
  }
  // `resp2` is not offered here, and an answer in another format than the one asked for would be misread.
  if ((raw.headers['upstash-response-format'] ?? 'json') !== 'json') {
    return refused(errorAnswer(400, 'ERR response format is not supported'));
  }
  const commands = readCommands(raw);
  if (commands === null) return refused(errorAnswer(400, 'ERR failed to parse command'));
  const base64 = raw.headers['upstash-encoding'] === 'base64';
  return { status: 'parsed', request: { route: raw.target.route, commands, base64 } };
}

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
