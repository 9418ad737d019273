import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';

export interface StaticFiles {
  /**
   * Finds the file that a path names.
   *
   * @param path decoded segments of the request's path
   * @returns its absolute path, or null when there is none inside the folder
   */
  find(path: readonly string[]): Promise<string | null>;
}

/**
 * The files that Vercel serves as they are.
 *
 * @param folder usually `public/`; need not exist
 * @param cleanUrls whether `/about` names `about.html`
 */
export function createStaticFiles(folder: string, cleanUrls: boolean): StaticFiles {
  return {
    async find(path) {
      const base = join(folder, ...path);
      const candidates = [base, join(base, 'index.html'), ...(cleanUrls ? [`${base}.html`] : [])];
      for (const candidate of candidates) {
        if (await isFileInside(folder, candidate)) return candidate;
      }
      return null;
    },
  };
}

/** Answers with a file, or with 304 to a caller that has it already. */
export async function sendStaticFile(path: string, request: IncomingMessage, response: ServerResponse) {
  const content = await readFile(path);
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
  response.setHeader('etag', etag);
  setDefault(response, 'cache-control', 'public, max-age=0, must-revalidate');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  setDefault(response, 'content-type', CONTENT_TYPES[extname(path)] ?? 'application/octet-stream');
  response.setHeader('content-length', content.length);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : content);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

async function isFileInside(folder: string, path: string): Promise<boolean> {
  try {
    // Both resolved: neither an encoded `../` nor a symbolic link may lead out of the folder.
    const [realFolder, realFile] = await Promise.all([realpath(folder), realpath(path)]);
    return realFile.startsWith(realFolder + sep) && (await stat(realFile)).isFile();
  } catch {
    return false;
  }
}

function setDefault(response: ServerResponse, name: string, value: string): void {
  if (!response.hasHeader(name)) response.setHeader(name, value);
}
