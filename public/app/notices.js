import { el, replaceContent } from './dom.js';

const CRON_PATH = '/api/cron/persist-regions';

/**
 * How to start, while there is nothing to show yet.
 *
 * @param {HTMLElement} container
 * @param {string} origin of this page
 */
export function createNotices(container, origin) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data: { heads, unauthorised } }) {
      const isEmpty = heads.problem === null && heads.data?.every(({ head }) => head === null);
      replaceContent(container, isEmpty && !unauthorised ? nothingStored(origin) : null);
    },
  };
}

/** @param {string} origin */
function nothingStored(origin) {
  return el(
    'div',
    { class: 'notice' },
    el('p', {}, 'Vercel calls at the beginning of each slot, at 00, 06, 12 and 18 UTC. To start a run now:'),
    el('pre', {}, `curl -H "Authorization: Bearer $CRON_SECRET" ${origin}${CRON_PATH}`),
  );
}
