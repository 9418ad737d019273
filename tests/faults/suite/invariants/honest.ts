import { RunReportSchema } from '../../../../lib/runs/report.js';
import { snapshotHash } from '../../../../lib/runs/snapshot.js';
import { asSnapshot } from '../../../support/snapshots.js';
import { allPassages, type History, type PlayedRun, type Violations } from '../history.js';
import type { KeySpace } from '../key-space.js';

type Passage = ReturnType<typeof allPassages>[number];

/**
 * Invariant 5: no answer is a lie. What is called a duplicate is stored, under the id that is named; what is called in
 * flight was claimed by somebody else; and nothing fails whose requests were all answered as they should be.
 *
 * A duplicate was looked for and found before it was called one; if its snapshot was evicted, that may have been later. A
 * claim may be lost by eviction as by the end of its lease, also to a request of another run.
 *
 * Found out when: a claim that could not be heard is reported as a duplicate.
 */
export function answersAreHonest(history: History, stored: KeySpace): Violations {
  return [
    ...history.runs.flatMap(reportIsWhole),
    ...allPassages(history).flatMap((passage) =>
      lieOf(passage, history, stored).map((lie) => `5: ${passage.what} ${lie}`),
    ),
  ];
}

function lieOf({ run, report, snapshot }: Passage, history: History, stored: KeySpace): string[] {
  const hash = snapshotHash(snapshot);
  const tokens = run.recorder.tokens(report.regionId, hash);
  switch (report.status) {
    case 'persisted':
      return [];
    case 'current':
      return ['is current, though the run was for all regions'];
    case 'duplicate': {
      const other = stored.snapshots.get(report.duplicateOf);
      const isThere = other?.hash === hash && other.regionId === report.regionId;
      return isThere || (other === undefined && history.evictions.snapshot(report.duplicateOf))
        ? []
        : [`is a duplicate of ${report.duplicateOf}, which is not stored with this content`];
    }
    case 'in-flight': {
      const claimants = history.witness.claimants(report.regionId, hash);
      const hadRival = tokens.some((own) => [...claimants].some((token) => token !== own));
      return hadRival ? [] : ['is in flight, but nobody else has ever claimed it'];
    }
    case 'failed':
      return mayFail(run, report, hash, history) || run.recorder.wasContentTroubled(report.regionId, hash)
        ? []
        : [`failed (${report.code}) for no reason`];
  }
}

function mayFail(
  run: PlayedRun,
  { regionId, phase, code }: Extract<Passage['report'], { status: 'failed' }>,
  hash: string,
  { witness, claimsExpired, evictions }: History,
): boolean {
  const tokens = run.recorder.tokens(regionId, hash);
  if (phase === 'collect' || phase === 'validate' || code === 'id-conflict') return true;
  if (code === 'claim-lost' && (claimsExpired || evictions.marker(regionId, hash))) return true;
  const outOfTime = code === 'deadline' && run.result.report.durationMs >= run.budgetMs * 0.7;
  return outOfTime || tokens.some((token) => witness.wasDisturbed(token) || run.recorder.wasTroubled(token));
}

/** A report has its form, counts what it lists, and names each snapshot of its run once. */
function reportIsWhole({ name, result: { report, snapshots } }: PlayedRun): string[] {
  const parsed = RunReportSchema.safeParse(report);
  const { persisted, duplicate, inFlight, failed } = report.counts;
  const listed = report.regions.map(({ snapshotId }) => snapshotId).filter((id) => id !== undefined);
  // Of a push, what was refused is not named: the report lists regions in the order of the snapshots.
  const isRefused = (i: number) => {
    const region = report.regions[i];
    return report.trigger === 'push' && region?.status === 'failed' && region.phase === 'validate';
  };
  const brought = snapshots
    .filter((_, i) => !isRefused(i))
    .map((snapshot) => asSnapshot(snapshot).meta.snapshot_id);
  return [
    ...(parsed.success ? [] : [`5: the report of ${name} is malformed: ${parsed.error.message}`]),
    ...(persisted + duplicate + inFlight + failed === report.regions.length
      ? []
      : [`5: the counts of ${name} are wrong`]),
    ...(String(listed.toSorted()) === String(brought.toSorted())
      ? []
      : [`5: ${name} brought ${brought} and reports ${listed}`]),
  ];
}
