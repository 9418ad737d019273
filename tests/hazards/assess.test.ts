import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssessmentRequest, assess } from '../../lib/hazards/assess.js';
import { AssessedSnapshotSchema, type RegimeLabel, RegimeLabelSchema } from '../../lib/hazards/snapshot.js';
import { type SnapshotHead, snapshotHash } from '../../lib/runs/snapshot.js';
import { arbitraryEvents, hazardEvent } from './support/events.js';
import { NOW } from './support/rows.js';

const ALL = { answered: ['gdacs-tc', 'usgs'], missing: [] };
const SIX_HOURS = 6 * 3_600_000;

function assessed(overrides: Partial<AssessmentRequest> = {}) {
  return assess({
    regionId: 'east-asia',
    events: [hazardEvent()],
    inputs: ALL,
    previousHead: null,
    now: NOW,
    trigger: 'scheduled',
    ...overrides,
  });
}

function headOf(snapshot: ReturnType<typeof assess>): SnapshotHead {
  return {
    id: snapshot.meta.snapshot_id,
    generated_at: snapshot.generated_at,
    hash: snapshotHash(snapshot),
    regime: snapshot.regime,
    pressure_score: snapshot.pressure.score,
  };
}

function headLabelled(label: RegimeLabel): SnapshotHead {
  const regime = { label, previous_label: null, transitioned_at: null, transition_driver: null };
  return { id: 'x', generated_at: NOW - SIX_HOURS, hash: 'h', regime, pressure_score: 0 };
}

describe('assess', () => {
  it('builds a whole snapshot', () => {
    const snapshot = assessed();
    expect(AssessedSnapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      region_id: 'east-asia',
      generated_at: NOW,
      meta: {
        schema_version: '1.0.0',
        trigger_reason: 'scheduled',
        snapshot_confidence: 1,
        missing_inputs: [],
        valid_until: NOW + 2 * SIX_HOURS,
      },
      regime: { label: 'alert' },
      pressure: { score: 0.5, alerts: { orange: 1, red: 0 } },
      evidence: [{ id: 'gdacs:TC:1', severity: 0.5, observed_at: NOW - 3_600_000, countries: ['PH'] }],
    });
  });

  it('names it by time and content', () => {
    const snapshot = assessed();
    expect(snapshot.meta.snapshot_id).toBe(`${NOW.toString(36)}-${snapshotHash(snapshot).slice(0, 12)}`);
  });

  it('gives the trigger as the reason, unless the regime has shifted', () => {
    expect(assessed({ trigger: 'manual' }).meta.trigger_reason).toBe('manual');
    expect(assessed({ previousHead: headLabelled('alert') }).meta.trigger_reason).toBe('scheduled');
    expect(assessed({ previousHead: headLabelled('watch') }).meta.trigger_reason).toBe('regime_shift');
    expect(assessed({ previousHead: headLabelled('watch') }).regime.transition_driver).toBe('gdacs:TC:1');
  });

  it('dates a transition by the head before it or the beginning of its event, whichever is later', () => {
    const head = headLabelled('watch');
    const begunLater = hazardEvent({ startedAt: head.generated_at + 1 });

    expect(assessed({ previousHead: head, events: [begunLater] }).regime.transitioned_at).toBe(
      head.generated_at + 1,
    );
    expect(assessed({ previousHead: head, events: [] }).regime.transitioned_at).toBe(head.generated_at);
  });

  it('gives two overlapping runs the same content, also when the regime changes', () => {
    const [one, other] = [NOW, NOW + 1].map((now) => assessed({ previousHead: headLabelled('watch'), now }));

    expect(one?.regime.previous_label).toBe('watch');
    expect(snapshotHash(one ?? {})).toBe(snapshotHash(other ?? {}));
  });

  it('lists the 50 most severe events, then the latest, then by id', () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      hazardEvent({
        id: `gdacs:TC:${100 + index}`,
        severity: index === 0 ? 1 : 0,
        observedAt: NOW - (index % 3),
      }),
    );
    const { evidence } = assessed({ events });
    expect(evidence).toHaveLength(50);
    expect(evidence.map(({ id }) => id).slice(0, 4)).toEqual([
      'gdacs:TC:100',
      'gdacs:TC:103',
      'gdacs:TC:106',
      'gdacs:TC:109',
    ]);
    expect(evidence.at(-1)).toMatchObject({ observed_at: NOW - 2 });
  });

  it('says which inputs are missing, and how many answered', () => {
    const { meta } = assessed({ inputs: { answered: ['a', 'b', 'c'], missing: ['usgs', 'gdacs-eq'] } });
    expect(meta).toMatchObject({ snapshot_confidence: 0.6, missing_inputs: ['gdacs-eq', 'usgs'] });
  });

  it('holds the regime while an input is missing, and tells what the others said', () => {
    const snapshot = assessed({
      events: [],
      inputs: { answered: ['usgs'], missing: ['gdacs-tc'] },
      previousHead: headLabelled('emergency'),
    });
    expect(snapshot.regime.label).toBe('emergency');
    expect(snapshot.pressure.score).toBe(0);
    expect(snapshot.meta.trigger_reason).toBe('scheduled');
  });

  it('is unknown when no input has ever answered', () => {
    const snapshot = assessed({ events: [], inputs: { answered: [], missing: ['usgs'] } });
    expect(snapshot.regime.label).toBe('unknown');
    expect(snapshot.pressure.score).toBeNull();
    expect(snapshot.meta.snapshot_confidence).toBe(0);
  });

  it('has no confidence without inputs', () => {
    expect(assessed({ events: [], inputs: { answered: [], missing: [] } }).meta.snapshot_confidence).toBe(0);
  });

  it('takes no driver from an event of severity 0', () => {
    const events = [hazardEvent({ severity: 0, alertLevel: 'green' })];
    expect(assessed({ events, previousHead: headLabelled('alert') }).regime.transition_driver).toBe(
      'no-hazard',
    );
  });
});

describe('assess, for any events,', () => {
  const label = fc.constantFrom(...RegimeLabelSchema.options);
  const inputs = fc.constantFrom(
    ALL,
    { answered: ['usgs'], missing: ['gdacs-tc'] },
    { answered: [], missing: ['gdacs-tc', 'usgs'] },
  );

  it('gives a snapshot of the published shape', () => {
    fc.assert(
      fc.property(arbitraryEvents, inputs, label, (events, answered, before) => {
        const snapshot = assessed({ events, inputs: answered, previousHead: headLabelled(before) });
        expect(AssessedSnapshotSchema.parse(snapshot)).toEqual(snapshot);
      }),
    );
  });

  it('gives the same content six hours later, and again after that', () => {
    fc.assert(
      fc.property(arbitraryEvents, inputs, fc.option(label), (events, answered, before) => {
        const previousHead = before === null ? null : headLabelled(before);
        const first = assessed({ events, inputs: answered, previousHead });
        const later = { events: events.toReversed(), inputs: answered, trigger: 'manual' as const };
        const second = assessed({ ...later, previousHead: headOf(first), now: NOW + SIX_HOURS });
        const third = assessed({ ...later, previousHead: headOf(second), now: NOW + 2 * SIX_HOURS });
        expect(snapshotHash(second)).toBe(snapshotHash(first));
        expect(snapshotHash(third)).toBe(snapshotHash(first));
      }),
    );
  });

  it('never lowers the regime while an input is missing', () => {
    const ranks: Record<RegimeLabel, number> = { unknown: 0, normal: 1, watch: 2, alert: 3, emergency: 4 };
    const partial = inputs.filter(({ missing }) => missing.length > 0);
    fc.assert(
      fc.property(arbitraryEvents, partial, label, (events, some, before) => {
        const { regime } = assessed({ events, inputs: some, previousHead: headLabelled(before) });
        expect(ranks[regime.label]).toBeGreaterThanOrEqual(ranks[before]);
      }),
    );
  });

  it('is no calmer for one more event', () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const more = assessed({ events }).pressure.score ?? 0;
        const fewer = assessed({ events: events.slice(1) }).pressure.score ?? 0;
        expect(more).toBeGreaterThanOrEqual(fewer);
      }),
    );
  });
});
