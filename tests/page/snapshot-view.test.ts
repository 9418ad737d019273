import { describe, expect, it } from 'vitest';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { eventsOnMap, viewSnapshot } from '../../public/app/snapshot-view.js';

const event = (changes: object = {}) => ({
  id: 'usgs:us1',
  type: 'earthquake',
  source: 'usgs',
  summary: 'M 6.4 - Nepal',
  severity: 2 / 3,
  observed_at: 1_780_000_000_000,
  longitude: 84.7,
  latitude: 28.2,
  countries: ['NP'],
  url: 'https://earthquake.usgs.gov/x',
  ...changes,
});

const ours = AssessedSnapshotSchema.parse({
  region_id: 'south-asia',
  generated_at: 1_780_000_100_000,
  meta: {
    snapshot_id: 'abc-123',
    schema_version: '1.0.0',
    trigger_reason: 'scheduled',
    snapshot_confidence: 0.5,
    missing_inputs: ['gdacs-fl'],
    incomplete_inputs: ['gdacs-wf'],
    held_inputs: [{ input: 'gdacs-fl', since: 1_780_000_000_000 }],
    valid_until: 1_780_043_300_000,
  },
  regime: {
    label: 'alert',
    previous_label: 'watch',
    transitioned_at: 1_779_000_000_000,
    transition_driver: 'usgs:us1',
  },
  pressure: {
    score: 2 / 3,
    score_without_drought: 2 / 3,
    alerts: { orange: 1, red: 0 },
    by_hazard: { flood: 0.5, earthquake: 2 / 3 },
    events: { total: 2, by_hazard: { earthquake: 2 } },
  },
  evidence: [event({ id: 'calm', severity: 0 }), event()],
  triggers: { active: [], watching: [], dormant: [] },
});

describe('viewSnapshot', () => {
  it('shows all of a snapshot of ours', () => {
    expect(viewSnapshot(ours)).toMatchObject({
      id: 'abc-123',
      generatedAt: 1_780_000_100_000,
      validUntil: 1_780_043_300_000,
      confidence: 0.5,
      missingInputs: ['gdacs-fl', 'gdacs-wf'],
      heldInputs: [{ input: 'gdacs-fl', since: 1_780_000_000_000 }],
      label: 'alert',
      previousLabel: 'watch',
      transitionedAt: 1_779_000_000_000,
      score: 2 / 3,
      alerts: { orange: 1, red: 0 },
      byHazard: [
        { hazard: 'earthquake', severity: 2 / 3 },
        { hazard: 'flood', severity: 0.5 },
      ],
    });
  });

  it('puts the most severe event first', () => {
    expect(viewSnapshot(ours).evidence?.map(({ id }) => id)).toEqual(['usgs:us1', 'calm']);
  });

  it.each([null, 7, 'x', [], {}, { meta: 3, regime: [], pressure: 'high', evidence: 'none' }])(
    'has nothing to show of %j, and does not stumble',
    (json) => {
      expect(viewSnapshot(json)).toMatchObject({
        id: null,
        label: null,
        score: null,
        alerts: null,
        evidence: null,
      });
    },
  );

  it('distinguishes no evidence from evidence that cannot be read', () => {
    expect(viewSnapshot({ evidence: [] }).evidence).toEqual([]);
    expect(viewSnapshot({ evidence: { a: 1 } }).evidence).toBeNull();
  });

  it('does not believe numbers that cannot be', () => {
    const view = viewSnapshot({
      pressure: { score: 40, alerts: { orange: 'many', red: 1 } },
      meta: { snapshot_confidence: -1, valid_until: 9e15 },
      regime: { transitioned_at: 'yesterday' },
      evidence: [event({ severity: 9, longitude: 400, observed_at: 'x' })],
    });
    expect(view).toMatchObject({
      score: null,
      alerts: null,
      confidence: null,
      validUntil: null,
      transitionedAt: null,
    });
    expect(view.evidence?.[0]).toMatchObject({ severity: null, place: null, observedAt: null });
  });

  it('keeps markup as the text that it is', () => {
    const summary = '<img src=x onerror=alert(1)>';
    expect(viewSnapshot({ evidence: [event({ summary })] }).evidence?.[0]?.title).toBe(summary);
  });

  it('drops a link that does not lead to a page', () => {
    const url = 'javascript:alert(1)';
    expect(viewSnapshot({ evidence: [event({ url })] }).evidence?.[0]?.url).toBeNull();
  });

  it('leaves out an event that has nothing to read in it', () => {
    expect(viewSnapshot({ evidence: [{}, null, 'x', event()] }).evidence).toHaveLength(1);
  });
});

describe('eventsOnMap', () => {
  it('draws an event of two regions once, and the most severe last', () => {
    const snapshots = [
      viewSnapshot(ours),
      viewSnapshot({
        evidence: [event(), event({ id: 'red', severity: 1 }), event({ id: 'nowhere', longitude: null })],
      }),
    ];
    expect(eventsOnMap(snapshots).map(({ id }) => id)).toEqual(['calm', 'usgs:us1', 'red']);
  });
});
