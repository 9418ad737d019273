import type { Evidence } from '../../lib/hazards/snapshot.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';

export interface PayloadRequest {
  /** One snapshot for each. */
  readonly regionIds: readonly string[];
  /** Size of each as JSON. */
  readonly bytes: number;
  /** Goes into the content: another salt, another content. */
  readonly salt: string;
  /** Epoch ms. */
  readonly generatedAt: number;
}

/** Snapshots of the shape that this project assesses, all of one size. */
export function makePayloads({ regionIds, bytes, salt, generatedAt }: PayloadRequest): Snapshot[] {
  return regionIds.map((region_id, i) => fill({ region_id, generatedAt, content: `${salt}-${i}` }, bytes));
}

function fill(of: { region_id: string; generatedAt: number; content: string }, bytes: number): Snapshot {
  const snapshot = {
    region_id: of.region_id,
    generated_at: of.generatedAt,
    meta: {
      snapshot_id: `${of.generatedAt.toString(36)}-${of.content}`,
      schema_version: '1',
      trigger_reason: 'scheduled',
      snapshot_confidence: 1,
      missing_inputs: [],
      valid_until: of.generatedAt + 43_200_000,
    },
    regime: { label: 'alert', previous_label: 'watch', transitioned_at: null, transition_driver: of.content },
    pressure: {
      score: 0.5,
      score_without_drought: 0.5,
      alerts: { orange: 3, red: 0 },
      by_hazard: { earthquake: 0.5, cyclone: 0.5, flood: 0 },
    },
    evidence: EVIDENCE.slice(0, Math.floor((bytes - ENVELOPE_BYTES) / EVIDENCE_BYTES)),
    remarks: '',
  };
  const missing = bytes - Buffer.byteLength(JSON.stringify(snapshot));
  return { ...snapshot, remarks: 'x'.repeat(Math.max(0, missing)) };
}

/** More than the envelope takes; what is left over is filled up. */
const ENVELOPE_BYTES = 1_000;

const EVIDENCE: readonly Evidence[] = Array.from({ length: 500 }, (_, i) => ({
  id: `gdacs-eq-${1_480_000 + i}`,
  type: 'earthquake',
  source: 'gdacs',
  summary: `Orange earthquake (Magnitude 6.${i % 10}M, Depth: ${10 + i} km) in “São Tomé”, ${i} km offshore`,
  severity: (i % 3) / 2,
  observed_at: 1_790_000_000_000 + i * 60_000,
  longitude: ((i * 37) % 36_000) / 100 - 180,
  latitude: ((i * 53) % 18_000) / 100 - 90,
  countries: ['ID', 'PG', 'SB'],
  url: `https://www.gdacs.org/report.aspx?eventid=${1_480_000 + i}&episodeid=1&eventtype=EQ`,
}));
const EVIDENCE_BYTES = Math.max(...EVIDENCE.map((one) => Buffer.byteLength(JSON.stringify(one)) + 1));
