import { inspect } from 'node:util';
import { logEntries } from '../../../../lib/runs/report.js';
import type { History, Violations } from '../history.js';
import { CONTENT_MARK } from '../play-run.js';

/**
 * Invariant 9: no log line, error or report contains a token, a secret or snapshot content. Errors are looked at with
 * everything that they carry: message, stack, fields, and their causes with theirs.
 *
 * Found out when: an error quotes the request that failed, as the errors of the Upstash client do.
 */
export function nothingIsTold({ runs, written, secrets }: History): Violations {
  const told = [
    ...runs.flatMap(({ name, result, errors }) => [
      { where: `the report of ${name}`, text: JSON.stringify(result.report) },
      { where: `the log of ${name}`, text: JSON.stringify(logEntries(result)) },
      ...[...errors, result.reportFailure].map((error) => ({
        where: `an error of ${name}`,
        text: whole(error),
      })),
    ]),
    ...written.map((text) => ({ where: 'the console', text })),
  ];
  return told.flatMap(({ where, text }) =>
    [...secrets, CONTENT_MARK]
      .filter((secret) => text.includes(secret))
      .map(() => `9: ${where} tells what it should not: ${text.slice(0, 500)}`),
  );
}

function whole(error: unknown): string {
  return inspect(error, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null });
}
