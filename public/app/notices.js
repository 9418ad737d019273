import { el, replaceContent, timeAndAge } from './dom.js';
import { problemNote } from './marks.js';

const CRON_PATH = '/api/cron/persist-regions';

/**
 * What stands above everything when the page cannot show what it should: that it must not be believed, or that there
 * is nothing to show yet.
 *
 * @param {HTMLElement} container
 * @param {string} origin of this page
 */
export function createNotices(container, origin) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      const { heads, runs, unauthorised, readAt } = data;
      const problem = heads.problem ?? runs.problem;
      if (unauthorised) replaceContent(container);
      else if (problem !== null) replaceContent(container, failure(problem, readAt, now));
      else if (heads.data?.every(({ head }) => head === null))
        replaceContent(container, nothingStored(origin));
      else replaceContent(container);
    },
  };
}

/** @param {import('./api.js').Problem} problem @param {number | null} readAt @param {number} now */
function failure(problem, readAt, now) {
  const since = readAt === null ? [] : ['What you see below was read ', timeAndAge(readAt, now), '. '];
  const next = 'This page asks again every minute.';
  return el('div', { class: 'notice notice-failure' }, problemNote(problem), el('p', {}, ...since, next));
}

/** @param {string} origin */
function nothingStored(origin) {
  return el(
    'div',
    { class: 'notice' },
    el(
      'p',
      {},
      el('strong', {}, 'Nothing is stored yet.'),
      ' The cron runs every six hours. To start a run now:',
    ),
    el(
      'pre',
      { tabindex: 0, 'data-key': 'command' },
      `curl -H "Authorization: Bearer $CRON_SECRET" ${origin}${CRON_PATH}`,
    ),
  );
}
