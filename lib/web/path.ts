/**
 * The URL of a request. Servers build it from the Host header, so it may not be valid.
 *
 * @returns null when it is not valid
 */
export function urlOf({ url }: Pick<Request, 'url'>): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** Whether the path of a route has a dynamic segment. */
export function hasId(pattern: string): boolean {
  return segmentsOf(pattern).includes(ID);
}

/**
 * Reads the dynamic segment of a path. Segments are counted from the end, so the route may be mounted under any
 * path.
 *
 * @param pathname as it was sent
 * @param pattern path of the route: `/regions/{id}/history`
 * @returns the decoded segment; '' when there is none, or its percent-encoding is broken
 */
export function idIn(pathname: string, pattern: string): string {
  const expected = segmentsOf(pattern);
  if (!expected.includes(ID)) return '';
  try {
    return decodeURIComponent(segmentsOf(pathname).at(expected.indexOf(ID) - expected.length) ?? '');
  } catch {
    return '';
  }
}

/**
 * @param pathname as it was sent
 * @param pattern the whole path of a route: `/api/regions/{id}/history`
 */
export function matchesPath(pathname: string, pattern: string): boolean {
  const [given, expected] = [segmentsOf(pathname), segmentsOf(pattern)];
  return (
    given.length === expected.length &&
    expected.every((segment, i) => (segment === ID ? given[i] !== '' : segment === given[i]))
  );
}

const ID = '{id}';

/** A slash at the end makes no difference. */
function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').replace(/\/$/, '').split('/');
}
