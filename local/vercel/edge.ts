import { type FunctionFile, matchFunction } from './function-files.js';

/** What the edge knows about a request. */
export interface Arrival {
  /** For `x-vercel-id`. */
  readonly id: string;
  /** The caller's IP address. */
  readonly address: string;
}

/** Vercel accepts no larger body: 4.5 MB. */
const MAX_BODY_BYTES = 4.5 * 1024 * 1024;

/**
 * Passes requests on to the functions as Vercel's edge does: with the dynamic segments of the path as query parameters,
 * with headers about the caller that the caller cannot forge, and with a body of at most 4.5 MB.
 *
 * @param files the functions, in the order in which they are tried
 * @param handle answers for all of them
 * @returns a function that resolves to null where no file answers the path
 */
export function mountFunctions(
  files: readonly FunctionFile[],
  handle: (request: Request) => Promise<Response>,
) {
  return async (request: Request, { id, address }: Arrival): Promise<Response | null> => {
    const url = new URL(request.url);
    const path = decodePath(url.pathname);
    if (path === null) return platformError('BAD_REQUEST', id);
    const params = files.map((file) => matchFunction(file, path)).find((match) => match !== null);
    if (params === undefined) return null;
    url.search = withParams(url.search, params);
    const body = await readBody(request);
    if (body === 'too-large') return platformError('FUNCTION_PAYLOAD_TOO_LARGE', id);
    const { method } = request;
    return handle(new Request(url, { method, headers: headersFor(request, { id, address }), body }));
  };
}

/** A query with parameters in place of those of the same name. The others stay as they were written. */
function withParams(search: string, params: Readonly<Record<string, string>>): string {
  if (Object.keys(params).length === 0) return search;
  const others = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && ![...new URLSearchParams(part).keys()].some((name) => name in params));
  const added = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return [...others, ...added].join('&');
}

/** The segments of a path, decoded and without the empty one of a trailing slash; null when the encoding is broken. */
function decodePath(pathname: string): string[] | null {
  try {
    return pathname.slice(1).replace(/\/$/, '').split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** The caller's headers, with those that the edge sets itself in place of whatever the caller sent. */
function headersFor(request: Request, { id, address }: Arrival): Headers {
  const headers = new Headers([...request.headers].filter(([name]) => !FROM_EDGE.test(name)));
  const host = headers.get('host') ?? '';
  headers.set('x-forwarded-for', address);
  headers.set('x-forwarded-host', host);
  headers.set('x-forwarded-proto', 'http');
  headers.set('x-real-ip', address);
  headers.set('x-vercel-id', id);
  return headers;
}

/** Headers that only the edge sets. Schedule and protection bypass are not among them: a caller does send those. */
const FROM_EDGE = /^(?:forwarded|x-forwarded-.*|x-real-ip|x-vercel-(?:id|forwarded-for|ip-.*))$/;

/** Reads to the end even when the body is too large, because a caller that is still sending may miss the answer. */
async function readBody({ method, body }: Request): Promise<Uint8Array<ArrayBuffer> | 'too-large' | null> {
  if (body === null || method === 'GET' || method === 'HEAD') return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? 'too-large' : new Uint8Array(Buffer.concat(chunks));
}

/** What the platform itself answers, from Vercel's list of error codes; the last is ours. */
const PLATFORM_ERRORS = {
  BAD_REQUEST: { status: 400, message: 'Bad request' },
  NOT_FOUND: { status: 404, message: 'The page could not be found' },
  INVALID_REQUEST_METHOD: { status: 405, message: 'The request used a method that is not allowed' },
  FUNCTION_PAYLOAD_TOO_LARGE: { status: 413, message: 'Request Entity Too Large' },
  MISDIRECTED_REQUEST: { status: 421, message: 'Only the hosts 127.0.0.1 and localhost are served' },
} as const;

/** An answer as Vercel gives it where no function does: plain text, with the code in `x-vercel-error`. */
export function platformError(code: keyof typeof PLATFORM_ERRORS, requestId: string): Response {
  const { status, message } = PLATFORM_ERRORS[code];
  return new Response(`${message}\n\n${code}\n\n${requestId}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=0, must-revalidate',
      'x-vercel-error': code,
    },
  });
}
