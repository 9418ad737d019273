import type { Counts, Played } from './play.js';
import { type Incident, nameOf, sectionAt } from './script.js';

const INTRODUCTION = `# A week of incidents

For whoever is on call: what you are told when something goes wrong, what you are not told, and what to do about it.

In this week seven things go wrong, one after the other. The scheduler calls eight times a day; \`HEARTBEAT_URL\` leads to
a monitor that expects a ping within the hour of each call, \`ALERT_WEBHOOK_URL\` to a chat. A test plays the week with the
real functions and a real store, and what you read below is what they said, word for word: alerts as they were sent;
\`/api/health\` and the status page five minutes after the call. While health is \`ok\` and the page says "All well", neither is mentioned.
`;

/** The week as a page: a section for each incident, and a sentence for the quiet calls between them. */
export function reportOf(week: readonly Played[]): string {
  const stretches = stretchesOf(week);
  return [INTRODUCTION, ...stretches.map(({ incident, calls }) => section(incident, calls))].join('\n');
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
  if (incident === undefined) return quietly(calls);
  const { title, what, todo } = incident;
  return `## ${title}\n\n${what}\n\n${calls.map(entry).join('\n')}\n\n**To do:** ${todo}\n`;
}

/** Calls of which there is nothing to say are summed up; any other between incidents has its entry. */
function quietly(calls: readonly Played[]): string {
  const loud = calls.filter((played) => !isQuiet(played));
  const [first, last] = [calls[0], calls.at(-1)];
  if (first === undefined || last === undefined || loud.length > 0) return `${loud.map(entry).join('\n')}\n`;
  const when = calls.length === 1 ? nameOf(first.at) : `${nameOf(first.at)} to ${nameOf(last.at)}`;
  const slots = calls.filter(({ answer }) => answer?.counts?.persisted === 8).length;
  return `*${when}: ${calls.length} calls, all well: 8 stored in each of ${slots} slots, nothing due an hour later, a heartbeat each time, no alert.*\n`;
}

/** Everything stored or nothing due, the heartbeat and no alert, all well. */
function isQuiet({ answer, told, look }: Played): boolean {
  const done = (answer?.counts?.persisted ?? 0) + (answer?.counts?.current ?? 0);
  return done === 8 && told.every(({ to }) => to === 'heartbeat') && told.length === 1 && isWell(look);
}

function isWell({ health, page }: Played['look']): boolean {
  return health.status === 'ok' && page.headline === 'All well';
}

function entry(played: Played): string {
  const { at, told, log, look } = played;
  const alerts = told.flatMap((one) => (one.to === 'alert' ? [one.lines] : []));
  const refusals = log.filter(({ event }) => event === 'cron-refused');
  return [
    `- **${nameOf(at)}** ${happened(played)} Heartbeat: ${heartbeat(told)}.`,
    ...alerts.flatMap((lines) => [
      '',
      '  Alert:',
      '',
      '  ```text',
      ...lines.map((line) => `  ${line}`),
      '  ```',
      '',
    ]),
    ...refusals.map(
      ({ level, caller, why }) => `  - Log: \`${level}\` \`cron-refused\`, caller \`${caller}\`, ${why}.`,
    ),
    ...(isWell(look) ? [] : [`  - Health: ${health(look)}`, `  - Page: ${page(look)}`]),
  ].join('\n');
}

function happened({ fate, answer }: Played): string {
  if (fate === 'not-called') return 'No call.';
  if (answer === null) return 'Killed; nothing stored, nothing answered.';
  const { status, counts } = answer;
  const answered = status === 200 ? '' : ` (answered ${status})`;
  return counts === null ? `Refused${answered}.` : `${outcomes(counts)}${answered}.`;
}

function outcomes({ persisted, duplicate, current, inFlight, failed }: Counts): string {
  if (current === 8) return 'Nothing due';
  const counted = { stored: persisted, duplicate, current, 'in flight': inFlight, failed };
  return Object.entries(counted)
    .flatMap(([word, count]) => (count === 0 ? [] : `${count} ${word}`))
    .join(', ');
}

function heartbeat(told: Played['told']): string {
  const beats = told.flatMap((one) => (one.to === 'heartbeat' ? [one] : []));
  if (beats.length === 0) return '**none**';
  return beats.map(({ failed }) => (failed === 0 ? 'ok' : `**fail**, ${failed} failed`)).join(' and ');
}

/** So many reasons are named; the rest are counted. */
const MOST_REASONS = 2;

function health({ health: { status, reasons } }: Played['look']): string {
  const more = reasons.length > MOST_REASONS ? [`${reasons.length - 1} more`] : [];
  const named = [...reasons.slice(0, more.length === 0 ? MOST_REASONS : 1), ...more];
  return `\`${status}\`${named.length === 0 ? '' : `: ${named.join('; ')}`}.`;
}

function page({ page: { headline, advice, facts } }: Played['look']): string {
  return [`"${headline}"`, ...[advice, ...facts].filter((text) => text !== '')].join(' ');
}
