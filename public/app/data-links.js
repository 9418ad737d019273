/**
 * A link carries no token. Where the API requires one, following a link means fetching with the token and showing the
 * answer in place of the page; Back returns to it.
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
      // As text, so that the content of a pushed snapshot cannot become a page.
      .then((text) => show(new Blob([text], { type: 'text/plain;charset=utf-8' })))
      // If the API cannot be reached, the notices say so at the next refresh.
      .catch(() => undefined);
  });
}
