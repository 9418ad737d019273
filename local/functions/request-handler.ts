import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { endToEndHeaders, forward } from './forward.js';
import type { FunctionPool } from './function-pool.js';
import { type PlatformErrorCode, sendPlatformError } from './platform-error.js';
import { readBody } from './read-body.js';
import type { Router, Target } from './router.js';
import { sendStaticFile } from './static-files.js';

export interface RequestHandlerDeps {
  readonly router: Router;
  readonly pool: FunctionPool;
  /** Milliseconds that one call of a function may take. */
  readonly maxDurationMs: (entrypoint: string) => number;
  readonly newRequestId: () => string;
  /** Told when a function could not be started. */
  readonly onStartError: (error: unknown) => void;
}

/** A call that found its function's process dead is made once more, to a new one. */
const MAX_ATTEMPTS = 2;

/** Answers requests as Vercel's edge does: with a static file, a function's answer, or an error of its own. */
export function createRequestHandler(deps: RequestHandlerDeps) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/';
    const requestId = deps.newRequestId();
    response.setHeader('x-vercel-id', requestId);
    for (const { key, value } of deps.router.headersFor(url)) response.setHeader(key, value);
    try {
      const error = await answer(deps, await deps.router.resolve(url), request, response, requestId);
      if (error !== null) sendPlatformError(response, error, requestId);
    } catch {
      // The caller broke off, or a static file vanished under the router: there is nobody or nothing to serve.
      response.destroy();
    }
  };
}

/** @returns the platform's error when nothing was answered */
async function answer(
  deps: RequestHandlerDeps,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<PlatformErrorCode | null> {
  switch (target.kind) {
    case 'static':
      if (request.method !== 'GET' && request.method !== 'HEAD') return 'INVALID_REQUEST_METHOD';
      await sendStaticFile(target.file, request, response);
      return null;
    case 'redirect':
      response.writeHead(308, { location: target.location }).end();
      return null;
    case 'function':
      return callFunction(deps, target, request, response, requestId);
    case 'malformed':
      return 'BAD_REQUEST';
    case 'not-found':
      return 'NOT_FOUND';
  }
}

async function callFunction(
  { pool, maxDurationMs, onStartError }: RequestHandlerDeps,
  { entrypoint, search }: Extract<Target, { kind: 'function' }>,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<PlatformErrorCode | null> {
  const body = await readBody(request);
  if (body === null) return 'FUNCTION_PAYLOAD_TOO_LARGE';
  const call = {
    method: request.method ?? 'GET',
    url: (request.url ?? '/').replace(/\?.*$/s, '') + search,
    headers: forwardedHeaders(request, body, requestId),
    body,
  };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const running = await pool.acquire(entrypoint).catch(onStartError);
    if (running === undefined) return 'FUNCTION_INVOCATION_FAILED';
    const outcome = await forward(
      call,
      running.port,
      response,
      AbortSignal.timeout(maxDurationMs(entrypoint)),
    );
    if (outcome === 'answered' || outcome === 'cut-off') return null;
    // In a call that broke off the process is ending, but may accept one more connection before it has.
    pool.discard(running);
    if (outcome === 'timed-out') return 'FUNCTION_INVOCATION_TIMEOUT';
    if (outcome === 'failed') return 'FUNCTION_INVOCATION_FAILED';
    // Refused: the process died unseen and this call never reached it, so it goes to the next one.
  }
  return 'FUNCTION_INVOCATION_FAILED';
}

/** The caller's headers, and what the edge tells a function about the caller: not what the caller says of itself. */
function forwardedHeaders(request: IncomingMessage, body: Buffer, requestId: string): OutgoingHttpHeaders {
  const headers = endToEndHeaders(request);
  const address = request.socket.remoteAddress ?? '';
  const host = request.headers.host ?? '';
  if (body.length > 0 || headers['content-length'] !== undefined) headers['content-length'] = body.length;
  return {
    ...headers,
    host,
    'x-forwarded-for': address,
    'x-forwarded-host': host,
    'x-forwarded-proto': 'http',
    'x-real-ip': address,
    'x-vercel-id': requestId,
  };
}
