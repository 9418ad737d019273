import type { Look } from './look.js';
import type { Counts, Played } from './play.js';
import { INCIDENTS, type Incident, nameOf, sectionAt } from './script.js';

/** The week as a page: a section for each incident, and a sentence for the quiet calls between them. */
export function reportOf(week: readonly Played[]): string {
  const sections = stretchesOf(week).map(({ incident, calls }) => section(incident, calls));
  return [INTRODUCTION, summary(week), ...sections].join('\n');
}

const INTRODUCTION = `# A week of incidents

For whoever is on call: what you are told when something goes wrong, what you are not told, and what to do about it.

In this week seven things happen, one after the other. The scheduler calls eight times a day. \`HEARTBEAT_URL\` belongs to
a monitor as [operations.md](operations.md#notifications) sets it up, which sounds when a call fails, or when neither call of a
slot has sent a ping two hours and five minutes after the slot began; \`ALERT_WEBHOOK_URL\` belongs to a chat. A test
(\`npm run test:long -- tests/week\`) plays the week with the real functions, a real store and feeds on loopback, and what
follows is what they said, word for word: the alerts as they were sent, and \`/api/health\` and the headline of the status
page five minutes after each call. Where neither is mentioned, health is \`ok\` and the page says "All well".
`;

/** A row for each incident: who would have told of it. */
function summary(week: readonly Played[]): string {
  const rows = INCIDENTS.map((incident) => {
    const calls = week.filter(({ at }) => sectionAt(at) === incident);
    const alerts = calls.flatMap(({ told }) => told.filter(({ to }) => to === 'alert')).length;
    const cells = [incident.title, String(alerts), beatsOf(calls), worstOf(calls), incident.wakes];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| what happens | alerts | heartbeat | health at its worst | get up? |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function beatsOf(calls: readonly Played[]): string {
  const none = calls.filter(({ told }) => told.every(({ to }) => to !== 'heartbeat')).length;
  const fail = calls.filter(({ told }) =>
    told.some((one) => one.to === 'heartbeat' && one.failed > 0),
  ).length;
  const counted = [
    ...(none === 0 ? [] : [`missing ${times(none)}`]),
    ...(fail === 0 ? [] : [`fail ${times(fail)}`]),
  ];
  return counted.length === 0 ? 'ok' : counted.join(', ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

const FROM_BAD_TO_WORSE = ['ok', 'degraded', 'stale', 'unreachable'];

function worstOf(calls: readonly Played[]): string {
  const levels = calls.flatMap(({ looks }) =>
    looks.map(({ health }) => FROM_BAD_TO_WORSE.indexOf(health.status)),
  );
  return `\`${FROM_BAD_TO_WORSE[Math.max(...levels)]}\``;
}

interface Stretch {
  readonly incident: Incident | undefined;
  readonly calls: Played[];
}

function stretchesOf(week: readonly Played[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const played of week) {
    const incident = sectionAt(played.at);
    const last = stretches.at(-1);
    if (last !== undefined && last.incident === incident) last.calls.push(played);
    else stretches.push({ incident, calls: [played] });
  }
  return stretches;
}

function section(incident: Incident | undefined, calls: readonly Played[]): string {
  if (incident === undefined) return between(calls);
  const { title, what, todo } = incident;
  return `## ${title}\n\n${what}\n\n${entries(calls)}\n\n**To do:** ${todo}\n`;
}

/** Calls of which there is nothing to say are summed up. */
function between(calls: readonly Played[]): string {
  const [first, last] = [calls[0], calls.at(-1)];
  if (first === undefined || last === undefined || !calls.every(isQuiet)) return `${entries(calls)}\n`;
  if (first === last) return `*${nameOf(first.at)}: all well. ${happened(first)} Heartbeat: ok.*\n`;
  const slots = calls.filter(({ answer }) => answer?.counts?.persisted === 8).length;
  const stored = slots === 1 ? '8 stored in the slot' : `8 stored in each of ${slots} slots`;
  return `*${nameOf(first.at)} to ${nameOf(last.at)}: ${calls.length} calls, all well. ${stored}, nothing to store an hour later, a heartbeat each time.*\n`;
}

/** Everything stored or nothing due, the heartbeat and no alert, all well. */
function isQuiet({ answer, told, looks }: Played): boolean {
  const done = (answer?.counts?.persisted ?? 0) + (answer?.counts?.current ?? 0);
  return done === 8 && told.length === 1 && told.every(({ to }) => to === 'heartbeat') && looks.every(isWell);
}

function isWell({ health, page }: Look): boolean {
  return health.status === 'ok' && page.headline === 'All well';
}

function entries(calls: readonly Played[]): string {
  return calls.map((played, i) => entry(played, calls[i - 1])).join('\n');
}

function entry(played: Played, before: Played | undefined): string {
  const { at, told, log, looks } = played;
  const [soon, ...later] = looks;
  const seen = seenIn(soon);
  const isSame = seen.length > 0 && seen.join() === seenIn(before?.looks.at(-1)).join();
  const alerts = told.flatMap((one) => (one.to === 'alert' ? [one.lines] : []));
  const refusals = refusalsIn(log);
  const isSameRefusal = refusals.length > 0 && refusals.join() === refusalsIn(before?.log ?? []).join();
  const asBefore = [...(isSame ? ['Health and page'] : []), ...(isSameRefusal ? ['Log'] : [])];
  return [
    `- **${nameOf(at)}** ${happened(played)} Heartbeat: ${heartbeat(told)}.${asBefore.map((what) => ` ${what} as before.`).join('')}`,
    ...alerts.flatMap((lines) => ['  ```text', ...lines.map((line) => `  ${line}`), '  ```']),
    ...(isSameRefusal ? [] : refusals),
    ...(isSame ? [] : seen),
    ...later.flatMap((look) => [`- **${nameOf(look.at)}** Between calls.`, ...seenIn(look)]),
  ].join('\n');
}

function refusalsIn(log: Played['log']): string[] {
  return log.flatMap(({ event, level, why }) =>
    event === 'cron-refused' ? [`  - Log: \`${level}\` \`cron-refused\`: ${why}`] : [],
  );
}

function happened({ fate, answer, looks: [look] }: Played): string {
  if (fate === 'not-called') return 'No call.';
  if (answer === null) return 'Killed: nothing stored, nothing answered.';
  const { status, counts } = answer;
  const answered = status === 200 ? '' : `, answered ${status}`;
  if (counts === null) return `Refused${answered}.`;
  return `${outcomes(counts)}${counts.persisted > 0 ? regimes(look) : ''}${answered}.`;
}

function outcomes({ persisted, duplicate, current, inFlight, failed }: Counts): string {
  if (current === 8) return 'Nothing to store';
  const counted = { stored: persisted, duplicate, 'stored before': current, 'in flight': inFlight, failed };
  return Object.entries(counted)
    .flatMap(([word, count]) => (count === 0 ? [] : `${count} ${word}`))
    .join(', ');
}

function regimes(look: Look): string {
  const counted = Object.entries(look.regimes).map(([label, count]) => `${count} in \`${label}\``);
  return counted.length === 0 ? '' : ` (${counted.join(', ')})`;
}

function heartbeat(told: Played['told']): string {
  const beats = told.flatMap((one) => (one.to === 'heartbeat' ? [one] : []));
  if (beats.length === 0) return '**none**';
  return beats.map(({ failed }) => (failed === 0 ? 'ok' : `**fail**, ${failed} failed`)).join(' and ');
}

/** So many reasons are named; the rest are counted. */
const MOST_REASONS = 2;

/** What there is to see, where not all is well. */
function seenIn(look: Look | undefined): string[] {
  if (look === undefined || isWell(look)) return [];
  const { status, reasons } = look.health;
  const named = reasons.length > MOST_REASONS ? [reasons[0], `${reasons.length - 1} more`] : reasons;
  const { headline, advice, facts } = look.page;
  return [
    `  - Health: \`${status}\`${named.length === 0 ? '' : ` (${named.join('; ')})`}`,
    `  - Page: **${headline}** ${[advice, ...facts].filter((text) => text !== '').join(' ')}`,
  ];
}
