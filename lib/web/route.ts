import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { VercelRequest, VercelResponse } from '@vercel/node';
import { type Config, type ConfigFault, type Env, parseConfig, readVariable } from '../config.js';
import { type Problem, problemBody } from './problem.js';

/** What a route answers: JSON, or nothing where there is no body (a 304); or a problem. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly problem: Problem };

export interface Route {
  readonly methods: readonly string[];
  /** `secret`: CRON_SECRET; `read`: READ_TOKEN where one is set; `open`: anybody. */
  readonly access: 'secret' | 'read' | 'open';
  readonly answer: (req: VercelRequest, config: Config) => Promise<Answer>;
}

/**
 * Makes a Vercel function of a route: checks the method, who asks, and the configuration, in this order, and turns
 * everything that can go wrong into a problem. Where a secret is asked for, whoever has none learns nothing of the
 * configuration.
 *
 * @param env where the configuration is read from, once
 * @param logBug is told the exceptions, of which the caller is told nothing
 */
export function createHandler(
  route: Route,
  env: Env = process.env,
  logBug: (error: unknown) => void = console.error,
) {
  const configured = parseConfig(env);
  return async (req: VercelRequest, res: VercelResponse): Promise<void> => {
    send(res, await answerTo(req).catch(internal));
  };

  function internal(error: unknown): Answer {
    logBug(error);
    return { problem: INTERNAL };
  }

  async function answerTo(req: VercelRequest): Promise<Answer> {
    if (!route.methods.includes(req.method ?? '')) return { problem: methodNotAllowed(route.methods) };
    if (!mayEnter(req)) return { problem: unauthorised(route.access, env) };
    if (!configured.ok) return { problem: misconfigured(configured.faults) };
    return route.answer(req, configured.config);
  }

  function mayEnter(req: VercelRequest): boolean {
    if (route.access === 'open') return true;
    const secret = readVariable(env, SECRETS[route.access]);
    return (route.access === 'read' && secret === undefined) || hasSecret(req, secret);
  }
}

const SECRETS = { secret: 'CRON_SECRET', read: 'READ_TOKEN' } as const;

const INTERNAL: Problem = { status: 500, code: 'internal', title: 'The function failed' };

function methodNotAllowed(methods: readonly string[]): Problem {
  const allow = methods.join(', ');
  const detail = `Allowed: ${allow}`;
  return { status: 405, code: 'method-not-allowed', title: 'Method not allowed', detail, headers: { allow } };
}

function unauthorised(access: Route['access'], env: Env): Problem {
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

function misconfigured(faults: readonly ConfigFault[]): Problem {
  return {
    status: 500,
    code: 'misconfigured',
    title: 'The deployment is misconfigured',
    detail: faults.map(({ variable, message }) => `${variable} ${message}`).join('; '),
    errors: faults.map(({ variable, message }) => ({ at: variable, message })),
  };
}

function send(res: VercelResponse, answer: Answer): void {
  const { status, headers, body, type } =
    'problem' in answer
      ? { ...answer.problem, body: problemBody(answer.problem), type: 'application/problem+json' }
      : { body: undefined, ...answer, type: 'application/json' };
  res.statusCode = status;
  res.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  if (body === undefined) return void res.end();
  res.setHeader('content-type', `${type}; charset=utf-8`);
  res.end(`${JSON.stringify(body)}\n`);
}

/**
 * Whether a request carries `Authorization: Bearer <secret>`, once. Digests of equal length are compared, so that
 * the time taken tells neither the secret nor its length.
 *
 * @param secret undefined or empty when none is configured: then nothing gets in
 */
export function hasSecret(
  req: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  secret: string | undefined,
): boolean {
  const header = req.headers.authorization;
  if (!secret || header === undefined || isRepeated(req.rawHeaders)) return false;
  return timingSafeEqual(digest(header), digest(`Bearer ${secret}`));
}

/** Node keeps the first of several Authorization headers; which one a proxy would have kept is anyone's guess. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization').length > 1;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
