import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import type { RegimeLabel } from '../../lib/hazards/snapshot.js';
import { snapshotId } from '../../lib/persister/record.js';
import { snapshotHash } from '../../lib/runs/snapshot.js';

const HOUR_MS = 60 * 60_000;
const INTERVAL_MS = 6 * HOUR_MS;
const DAYS = 30;

/**
 * What each region has been through, as `<score><days>`: a score of 0, 3 (1/3), 5 (1/2), 6 (2/3) or 9 (1), then for how
 * many days; `-` is a time without runs. Invented.
 */
const STORIES: Readonly<Record<(typeof REGION_IDS)[number], string>> = {
  mena: '04 32 05 52 06 32 04 52 03',
  'east-asia': '32 54 92 53 03 53 94 53 06',
  europe: '09 32 08 31 06 32 02',
  'north-america': '06 51 04 31 -3 08 31 06',
  'south-asia': '52 93 62 03 54 03 32 05 53 03',
  latam: '03 53 02 51 04 94 52 05 51 05',
  'sub-saharan-africa': '59 02 57 03 59',
  global: '32 54 92 53 94 54 94 53 02',
};

/**
 * 30 days of four snapshots a day for every region, up to six hours ago.
 *
 * @param now epoch ms
 * @returns in the order of their time, 8 to each
 */
export function pastSnapshots(now: number) {
  const steps = Array.from({ length: (DAYS * 24 * HOUR_MS) / INTERVAL_MS - 1 }, (_, i) => i);
  return steps.flatMap((step) => REGION_IDS.flatMap((id) => snapshotAt(id, step, now) ?? []));
}

function snapshotAt(regionId: (typeof REGION_IDS)[number], step: number, now: number) {
  const scores = scoresOf(STORIES[regionId]);
  const score = scores[Math.min(step, scores.length - 1)];
  if (score === undefined || score === null) return null;
  const generatedAt = now - DAYS * 24 * HOUR_MS + (step + 1) * INTERVAL_MS;
  const body = {
    region_id: regionId,
    regime: { label: labelOf(score), previous_label: null, transitioned_at: null, transition_driver: null },
    pressure: { score, score_without_drought: score, alerts: { orange: 0, red: 0 }, by_hazard: {} },
    evidence: [],
    // Keeps snapshots of equal pressure apart: the same content within 15 minutes is a duplicate.
    step,
  };
  const meta = {
    snapshot_id: snapshotId(generatedAt, snapshotHash(body)),
    schema_version: '1.0.0',
    trigger_reason: 'pushed',
    snapshot_confidence: 1,
    missing_inputs: [],
    valid_until: generatedAt + 2 * INTERVAL_MS,
  };
  return { ...body, generated_at: generatedAt, meta };
}

/** A score for each step; null where there was no run. */
function scoresOf(story: string): (number | null)[] {
  return story.split(' ').flatMap((part) => {
    const steps = (Number(part.slice(1)) * 24 * HOUR_MS) / INTERVAL_MS;
    return Array.from({ length: steps }, () => SCORES[part.charAt(0)] ?? null);
  });
}

const SCORES: Readonly<Record<string, number>> = { 0: 0, 3: 1 / 3, 5: 1 / 2, 6: 2 / 3, 9: 1 };

function labelOf(score: number): RegimeLabel {
  if (score === 1) return 'emergency';
  if (score >= 1 / 2) return 'alert';
  return score > 0 ? 'watch' : 'normal';
}
