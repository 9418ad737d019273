import { el, replaceContent, timeAgo, timeAndAge } from './dom.js';
import { formatClock, formatDuration, listWords } from './format.js';
import { countedOutcomes } from './outcomes.js';
import { LEVEL_MARKS, viewService } from './service.js';
import { nextTick } from './slots.js';

/**
 * The state of the service, in the headline, the title of the page and its icon.
 *
 * @param {{ banner: HTMLElement, headline: HTMLElement, advice: HTMLElement, facts: HTMLElement, run: HTMLElement, icon: HTMLElement }} elements
 */
export function createBanner({ banner, headline, advice, facts, run, icon }) {
  const name = document.title;
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      const service = viewService(data, now);
      const mark = LEVEL_MARKS[service.level];
      banner.dataset.level = service.level;
      replaceContent(
        headline,
        el('span', { class: 'banner-mark', 'aria-hidden': 'true' }, mark),
        el('span', {}, service.headline),
      );
      advice.textContent = service.advice;
      replaceContent(facts, ...service.facts.map((fact) => el('li', {}, fact)), readLine(data, now));
      facts.hidden = facts.childElementCount === 0;
      replaceContent(run, ...lastRun(data.runs.data?.[0], now), ...nextRun(now));
      document.title = `${mark} ${service.headline} · ${name}`;
      // Set only when it changes, so that the browser does not fetch it again each time.
      const href = `/favicon-${service.level}.svg`;
      if (icon.getAttribute('href') !== href) icon.setAttribute('href', href);
    },
  };
}

/** How old the rest of the page is, when it could not be read again. @param {import('./loader.js').PageData} data @param {number} now */
function readLine({ heads, runs, readAt, unauthorised }, now) {
  if (unauthorised || (heads.problem ?? runs.problem) === null) return null;
  const since = readAt === null ? [] : ['What you see below was read ', timeAndAge(readAt, now), '. '];
  return el('li', { class: 'banner-read' }, ...since, 'This page asks again every minute.');
}

/** @param {import('./runs.js').RunView | undefined} run @param {number} now @returns {import('./dom.js').Child[]} */
function lastRun(run, now) {
  if (run === undefined) return [];
  const counts = listWords(countedOutcomes(run.counts).map(({ text }) => text)) || 'nothing to store';
  return ['Last run ', timeAgo(run.startedAt, now), `: ${counts} in ${formatDuration(run.durationMs)}. `];
}

/** @param {number} now @returns {import('./dom.js').Child[]} */
function nextRun(now) {
  const next = nextTick(now);
  return [`Next run due at ${formatClock(next, now)}, `, timeAgo(next, now), '.'];
}
