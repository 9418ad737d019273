/** Where a request goes: a command in the body, a batch of them, or a command spelled out in the path. */
export type Route = '/' | '/pipeline' | '/multi-exec' | 'path';

/** A request target taken apart. */
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
  return path === '/' || path === '/pipeline' || path === '/multi-exec' ? path : 'path';
}

function decode(segments: readonly string[]): string[] | null {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}
