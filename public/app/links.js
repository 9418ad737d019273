/**
 * A link that came from a feed or a pushed snapshot, when it is one that a page may offer.
 *
 * @param {unknown} value
 * @returns {string | null} null for everything but http and https
 */
export function httpLink(value) {
  const url = parseUrl(value);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/**
 * A path of this API, from a link that the API sent.
 *
 * @param {unknown} value
 * @param {string} origin of this page
 * @returns {string | null} path and query; null when the link leads anywhere else
 */
export function apiPath(value, origin) {
  const url = parseUrl(value, origin);
  const isOurs = url !== null && url.origin === origin && url.pathname.startsWith('/api/');
  return isOurs ? url.pathname + url.search : null;
}

/** @param {unknown} value @param {string} [base] */
function parseUrl(value, base) {
  if (typeof value !== 'string') return null;
  try {
    return new URL(value, base);
  } catch {
    return null;
  }
}
