/**
 * A link carries no token. Where the API asks for one, a link to it is followed by asking with the token, and showing
 * the answer in its place; Back leads back.
 *
 * @param {object} deps
 * @param {Document} deps.page
 * @param {() => string | null} deps.token
 * @param {typeof globalThis.fetch} deps.fetch
 * @param {(answer: Blob) => void} deps.show
 */
export function followDataLinks({ page, token, fetch, show }) {
  page.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="/api/"]') : null;
    const secret = token();
    if (link === null || secret === null) return;
    event.preventDefault();
    const headers = { authorization: `Bearer ${secret}` };
    fetch(link.getAttribute('href') ?? '', { headers })
      .then((answer) => answer.text())
      // As text: whatever a pushed snapshot holds, it is not to become a page.
      .then((text) => show(new Blob([text], { type: 'text/plain;charset=utf-8' })))
      // The notices say it, at the next refresh, when the API cannot be reached.
      .catch(() => undefined);
  });
}
