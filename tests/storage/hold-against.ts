import type { Deployment, Example, KeyRow, Page } from './page.js';
import { differencesFromAny } from './shape.js';

const UNIT_MS: Readonly<Record<string, number>> = { day: 86_400_000, hour: 3_600_000, minute: 60_000 };

/**
 * Where a stored value is not built as the page's examples of its key are.
 *
 * @returns one line for each difference
 */
export function faultsOf(page: Page, row: KeyRow, value: string): readonly string[] {
  const shown = examplesOf(page, row).flatMap(valuesIn).map(parseValue);
  return differencesFromAny(shown, parseValue(value), {
    nullable: new Set(exceptionsOf(page, row, 'null')),
    optional: new Set(exceptionsOf(page, row, 'absent')),
  });
}

/** The examples of a key: they are of a production database. */
export function examplesOf(page: Page, { pattern }: KeyRow): Example[] {
  const names = page.matcher(pattern, '');
  return page.examples.filter(({ command }) => names.test(command.split(' ')[1] ?? ''));
}

/** The values in a reply: all of it, or every other line where scores come between. */
export function valuesIn({ command, reply }: Example): string[] {
  return command.endsWith('WITHSCORES') ? reply.filter((_, i) => i % 2 === 0) : [reply.join('\n')];
}

/** JSON is an object in every key; what is no JSON is an id. */
export function parseValue(value: string): unknown {
  return value.startsWith('{') ? JSON.parse(value) : value;
}

/**
 * How long a key lives, once it is written for good.
 *
 * @returns ms; of "lease, then 15 minutes" those of the 15 minutes
 */
export function lifetimeMs({ lives }: KeyRow, deployment: Deployment): number {
  const [, count, unit = ''] = /(\d+) (day|hour|minute)s?$/.exec(lives[deployment]) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}

function exceptionsOf(page: Page, { name }: KeyRow, mayBe: 'null' | 'absent'): string[] {
  return page.exceptions.flatMap((row) => (row.mayBe === mayBe && row.in.includes(name) ? row.fields : []));
}
