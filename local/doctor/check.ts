import { withTimeout } from '../../lib/limits/deadline.js';

/** One question to a setup. */
export interface Check {
  readonly subject: string;
  /** How long it may take, in ms. */
  readonly limitMs: number;
  /** When it fails, the checks after it in its group are not worth asking. */
  readonly gate?: boolean;
  /**
   * @param signal fires when the time is up
   * @returns one or more findings; faults of the setup are findings, never thrown
   */
  readonly run: (signal: AbortSignal) => Promise<readonly Finding[]> | readonly Finding[];
}

export interface Group {
  readonly title: string;
  readonly checks: readonly Check[];
}

/**
 * Asks the checks of a group, one after the other.
 *
 * @param signal fires when the time of all groups together is up
 */
export async function runGroup(group: Group, signal: AbortSignal): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let closedBy: string | undefined;
  for (const check of group.checks) {
    if (closedBy !== undefined) {
      findings.push(skipped(check.subject, `not asked, because of ${closedBy}`));
      continue;
    }
    const found = await runCheck(check, signal);
    findings.push(...found);
    if (check.gate && found.some(({ status }) => status === 'fail')) closedBy = check.subject;
  }
  return findings;
}

/** Ends at the limit even when the check ignores its signal, so that the doctor never hangs. */
async function runCheck(check: Check, signal: AbortSignal): Promise<readonly Finding[]> {
  const { subject, limitMs } = check;
  if (signal.aborted) return [outOfTime(subject, 'there was no time left to ask')];
  try {
    const found = await withTimeout({ signal, timeoutMs: limitMs }, (limit) =>
      Promise.race([Promise.resolve(check.run(limit)), timeUp(limit)]),
    );
    if (found !== 'time-up') return found;
    const limit = signal.aborted ? 'the time that is left for all checks' : `${limitMs / 1000} s`;
    return [outOfTime(subject, `no answer within ${limit}`)];
  } catch (error) {
    const name = error instanceof Error ? error.name : 'an unknown error';
    return [
      fail(
        subject,
        `the check itself broke off with ${name}`,
        'This is a bug of the doctor: please report it.',
      ),
    ];
  }
}

/** One turn after the signal, so that a check that listens to it answers first. */
function timeUp(limit: AbortSignal): Promise<'time-up'> {
  return new Promise((resolve) => {
    limit.addEventListener('abort', () => setImmediate(resolve, 'time-up'), { once: true });
  });
}

function outOfTime(subject: string, seen: string): Finding {
  return fail(subject, seen, 'Try again; if it persists, the network or the other side is slow.');
}
/** What one check found. */
export type Finding =
  | { readonly status: 'ok' | 'skipped'; readonly subject: string; readonly seen: string }
  | {
      readonly status: 'warn' | 'fail';
      readonly subject: string;
      readonly seen: string;
      /** What to do about it. */
      readonly advice: string;
    };

export const ok = (subject: string, seen: string): Finding => ({ status: 'ok', subject, seen });

/** Not checked, which is not a fault. */
export const skipped = (subject: string, seen: string): Finding => ({ status: 'skipped', subject, seen });

/** Works, but deserves attention. */
export const warn = (subject: string, seen: string, advice: string): Finding => ({
  status: 'warn',
  subject,
  seen,
  advice,
});

/** Does not work. */
export const fail = (subject: string, seen: string, advice: string): Finding => ({
  status: 'fail',
  subject,
  seen,
  advice,
});
