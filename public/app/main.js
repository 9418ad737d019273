import { createApi } from './api.js';
import { createBanner } from './banner.js';
import { createCards } from './cards.js';
import { changesBetween } from './changes.js';
import { followDataLinks } from './data-links.js';
import { byId, refreshTimes, replaceContent, timeAgo } from './dom.js';
import { createEvidence } from './evidence.js';
import { createHeadline } from './headline.js';
import { regimeLegend } from './legend.js';
import { createLoader, NO_DATA } from './loader.js';
import { createMap } from './map.js';
import { createNotices } from './notices.js';
import { regionOfEvent, select } from './page-state.js';
import { createRefresher } from './refresher.js';
import { createRunDetail } from './run-detail.js';
import { createRunList } from './run-list.js';
import { tabStorage } from './storage.js';
import { createTimeline } from './timeline.js';
import { createTokenForm } from './token-form.js';
import { createTooltip } from './tooltip.js';
import { createTransitions } from './transitions.js';
import { createTrends } from './trends.js';

const REFRESH_MS = 60_000;
/** In a hidden tab: often enough to keep its icon up to date. */
const HIDDEN_REFRESH_MS = 10 * 60_000;
/** How often ages are updated. */
const TICK_MS = 10_000;
const REGION_PARAMETER = 'region';

const pushes = byId('pushes', HTMLDetailsElement);
const chosen = { region: new URLSearchParams(location.search).get(REGION_PARAMETER), run: '' };
let data = NO_DATA;

const element = (/** @type {string} */ id) => byId(id, HTMLElement);
const tooltip = createTooltip();
const evidence = createEvidence({ name: element('evidence-region'), content: element('evidence-content') });
const tokenForm = createTokenForm({
  form: byId('token-form', HTMLFormElement),
  input: byId('token', HTMLInputElement),
  message: element('token-message'),
  storage: tabStorage(() => sessionStorage),
  onToken: () => void refresher.now(),
});
const views = [
  tokenForm,
  createNotices(element('notices'), location.origin),
  createBanner({
    banner: element('service'),
    headline: element('service-headline'),
    advice: element('service-advice'),
    facts: element('service-facts'),
    run: element('last-run'),
    icon: element('icon'),
  }),
  createTimeline(element('timeline'), tooltip),
  createHeadline(element('world')),
  createCards(element('cards'), chooseRegion),
  createMap(element('map'), { onRegion: chooseRegion, onEvent: chooseEvent, tooltip }),
  evidence,
  createTrends(element('trends'), tooltip),
  createTransitions(element('transitions')),
  createRunList(element('run-list'), { list: 'runs', one: 'run', many: 'runs', onSelect: chooseRun }),
  createRunList(element('push-list'), { list: 'pushes', one: 'push', many: 'pushes', onSelect: chooseRun }),
  createRunDetail(element('run-detail')),
];
const loader = createLoader({
  api: createApi({ fetch: (input, init) => fetch(input, init), token: tokenForm.token }),
  origin: location.origin,
  now: Date.now,
});
const refresher = createRefresher({
  refresh,
  intervalMs: REFRESH_MS,
  hiddenIntervalMs: HIDDEN_REFRESH_MS,
  page: document,
  timers: {
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (id) => clearTimeout(id),
    now: Date.now,
  },
});

followDataLinks({
  page: document,
  token: tokenForm.token,
  fetch: (input, init) => fetch(input, init),
  show: (answer) => location.assign(URL.createObjectURL(answer)),
});
element('legend').append(...regimeLegend());
pushes.addEventListener('toggle', () => void readPushes());
element('refresh').addEventListener('click', () => void refresher.now());
setInterval(() => refreshTimes(document, Date.now()), TICK_MS);
void refresher.now();

/** A refresh that began before the list was opened has not asked for it. */
async function readPushes() {
  const isWanted = () => pushes.open && data.pushes.data === null;
  if (isWanted()) await refresher.now();
  if (isWanted() && data.pushes.problem === null) await refresher.now();
}

async function refresh() {
  document.body.setAttribute('aria-busy', 'true');
  const before = data;
  data = await loader.load(before, { pushes: pushes.open });
  render();
  element('announcement').textContent = changesBetween(before, data, Date.now()).join(' ');
  document.body.removeAttribute('aria-busy');
}

function render() {
  const now = Date.now();
  const state = { data, now, ...select(data, chosen) };
  tooltip.hide();
  for (const view of views) view.render(state);
  const updated = data.readAt === null ? ['Not updated yet'] : ['Updated ', timeAgo(data.readAt, now)];
  replaceContent(element('updated'), ...updated);
  element('content').hidden = data.heads.data === null;
}

/** @param {string} regionId */
function chooseRegion(regionId) {
  chosen.region = regionId;
  // In the address, so that a reader can share what they see.
  history.replaceState(null, '', `?${new URLSearchParams({ [REGION_PARAMETER]: regionId })}`);
  render();
}

/** @param {import('./map.js').PlacedEvent} event */
function chooseEvent({ id }) {
  const regionId = regionOfEvent(data, id, select(data, chosen).selectedRegion);
  if (regionId !== null) chooseRegion(regionId);
  evidence.reveal(id);
}

/** @param {string} runId */
function chooseRun(runId) {
  chosen.run = runId;
  render();
}
