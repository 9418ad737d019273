import { randomUUID } from 'node:crypto';
import { extname, join } from 'node:path';
import { inspect } from 'node:util';
import type { ServerRequest } from 'srvx';
import { serve } from 'srvx/node';
import { staticMiddleware } from 'srvx/static';
import { createRoutes } from '../lib/web/index.js';
import { headersOf, loadVercelConfig } from './vercel/config.js';
import { mountFunctions, platformError } from './vercel/edge.js';
import { findFunctions } from './vercel/function-files.js';

/** One line that a function logged. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface SiteOptions {
  /** The folder that holds `api/`, `public/` and `vercel.json`. */
  readonly root: string;
  /** The whole environment of the functions. Nothing of `process.env` is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Port on loopback. Default: any free one. */
  readonly port?: number;
  /** Receives what the functions log. Default: our stderr. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Site {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Stops listening and breaks off what is still open. */
  close(): Promise<void>;
}

/**
 * Serves this project on loopback, in this process: the routes below the paths of the files in `api/`, `public/` as it
 * is, and the headers of `vercel.json` on every answer.
 *
 * @throws when vercel.json asks for something that is not supported here, or when the port is taken
 */
export async function startSite({ root, env, port = 0, onLog = logToStderr }: SiteOptions): Promise<Site> {
  const [config, files] = await Promise.all([loadVercelConfig(root), findFunctions(root)]);
  const headersFor = headersOf(config);
  const routes = createRoutes({
    env,
    log: (entry) =>
      onLog({ stream: entry.level === 'info' ? 'stdout' : 'stderr', text: JSON.stringify(entry) }),
    logBug: (error) => onLog({ stream: 'stderr', text: inspect(error) }),
  });
  const functions = mountFunctions(files, routes.fetch);
  const publicFiles = staticMiddleware({ dir: join(root, 'public'), compress: false, ranges: false });

  const publicFile = async (request: ServerRequest, pathname: string, id: string) => {
    const notFound = () => platformError('NOT_FOUND', id);
    return isExact(pathname) ? asPublicFile(await publicFiles(request, notFound)) : notFound();
  };

  const server = serve({
    port,
    hostname: '127.0.0.1',
    silent: true,
    gracefulShutdown: false,
    manual: true,
    async fetch(request) {
      const id = `dev1::${randomUUID()}`;
      if (!isForThisMachine(request)) return platformError('MISDIRECTED_REQUEST', id);
      // A web-standard request cannot have this method.
      if (request.method === 'TRACE') return platformError('INVALID_REQUEST_METHOD', id);
      const { pathname } = new URL(request.url);
      const answered = await functions(request, { id, address: request.ip ?? '127.0.0.1' });
      const response = answered ?? (await publicFile(request, pathname, id));
      // Set on the response itself: the body of another one made from it would be a stream of a file that srvx cannot
      // end quietly when the caller hangs up.
      response.headers.set('x-vercel-id', id);
      // The function's own headers take precedence.
      const own = new Set(answered?.headers.keys());
      for (const { key, value } of headersFor(pathname))
        if (!own.has(key.toLowerCase())) response.headers.set(key, value);
      return response;
    },
  });
  await server.serve();
  return {
    url: `http://127.0.0.1:${new URL(server.url ?? '').port}`,
    close: () => server.close(true),
  };
}

/**
 * A page of another site can point its own domain at 127.0.0.1 and then read what is served there (DNS rebinding).
 * Its requests carry that domain as host.
 */
function isForThisMachine(request: Request): boolean {
  const host = request.headers.get('host') ?? '';
  // A host with the port 99999 makes a URL that is not valid.
  return OWN_HOST.test(host) && URL.canParse(request.url) && OWN_HOST.test(new URL(request.url).host);
}

const OWN_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i;

/** srvx also tries `page.html` where `/page` is asked for, as Vercel does only with `cleanUrls`. */
function isExact(pathname: string): boolean {
  return pathname.endsWith('/') || extname(pathname) !== '';
}

/** Vercel lets browsers keep a file but ask each time whether it changed, and names the encoding of JSON. */
function asPublicFile(response: Response): Response {
  if (response.headers.has('x-vercel-error')) return response;
  const { headers } = response;
  headers.set('cache-control', 'public, max-age=0, must-revalidate');
  if (headers.get('content-type') === 'application/json') {
    headers.set('content-type', 'application/json; charset=utf-8');
  }
  return response;
}

/** The log that is used when none is given. */
export function logToStderr({ text }: LogLine): void {
  process.stderr.write(`function │ ${text}\n`);
}
