import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssessmentRequest, assess } from '../../lib/hazards/assess.js';
import type { HazardEvent } from '../../lib/hazards/event.js';
import { HELD_MS, type Hearing, type RunMemory, RunMemorySchema } from '../../lib/hazards/memory.js';
import { AssessedSnapshotSchema, type RegimeLabel, RegimeLabelSchema } from '../../lib/hazards/snapshot.js';
import { snapshotHash } from '../../lib/runs/snapshot.js';
import { arbitraryEvents, hazardEvent } from './support/events.js';
import { NOW } from './support/rows.js';

const SIX_HOURS = 6 * 3_600_000;
const HOUR = 3_600_000;

type Status = Hearing['status'];

/** Two inputs, of which the first said all the events. */
function heard(events: readonly HazardEvent[], first: Status = 'ok', second: Status = 'ok'): Hearing[] {
  const claims = events.map(({ id, type, severity }) => ({ id, type, severity }));
  return [
    { input: 'gdacs-tc', status: first, claims },
    { input: 'usgs', status: second, claims: [] },
  ];
}

function run(overrides: Partial<AssessmentRequest> = {}) {
  const { events = [hazardEvent()] } = overrides;
  return assess({
    regionId: 'east-asia',
    events,
    hearings: heard(events),
    memory: null,
    recalled: new Map(),
    now: NOW,
    trigger: 'scheduled',
    ...overrides,
  });
}

const assessed = (overrides: Partial<AssessmentRequest> = {}) => run(overrides).snapshot;

/** The next run, which can recall the snapshot of the one before. */
function nextRun(
  { snapshot, memory }: ReturnType<typeof run>,
  overrides: Partial<AssessmentRequest>,
  later = SIX_HOURS,
) {
  return run({
    memory: RunMemorySchema.parse(JSON.parse(JSON.stringify(memory))),
    recalled: new Map([[snapshot.meta.snapshot_id, snapshot]]),
    now: snapshot.generated_at + later,
    ...overrides,
  });
}

function labelled(label: RegimeLabel): RunMemory {
  const regime = { label, previous_label: null, transitioned_at: null, transition_driver: null };
  return { generated_at: NOW - SIX_HOURS, regime, driver: 'gdacs:TC:9', inputs: {} };
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
        incomplete_inputs: [],
        held_inputs: [],
        valid_until: NOW + 2 * SIX_HOURS,
      },
      regime: { label: 'alert' },
      pressure: {
        score: 0.5,
        alerts: { orange: 1, red: 0 },
        events: { total: 1, by_hazard: { cyclone: 1 } },
      },
      evidence: [{ id: 'gdacs:TC:1', severity: 0.5, observed_at: NOW - 3_600_000, countries: ['PH'] }],
      triggers: { active: [], watching: [], dormant: [] },
    });
  });

  it('remembers the regime, what drives it, and what each input said', () => {
    const { snapshot, memory } = run();
    expect(memory).toEqual({
      generated_at: NOW,
      regime: snapshot.regime,
      driver: 'gdacs:TC:1',
      inputs: {
        'gdacs-tc': [
          {
            at: NOW,
            complete: true,
            snapshot_id: snapshot.meta.snapshot_id,
            severity: { cyclone: 0.5 },
            events: [{ id: 'gdacs:TC:1', type: 'cyclone', severity: 0.5 }],
          },
        ],
        usgs: [{ at: NOW, complete: true, snapshot_id: snapshot.meta.snapshot_id, severity: {}, events: [] }],
      },
    });
  });

  it('names it by time and content', () => {
    const snapshot = assessed();
    expect(snapshot.meta.snapshot_id).toBe(`${NOW.toString(36)}-${snapshotHash(snapshot).slice(0, 12)}`);
  });

  it('gives the trigger as the reason, unless the regime has shifted', () => {
    expect(assessed({ trigger: 'manual' }).meta.trigger_reason).toBe('manual');
    expect(assessed({ memory: labelled('alert') }).meta.trigger_reason).toBe('scheduled');
    expect(assessed({ memory: labelled('watch') }).meta.trigger_reason).toBe('regime_shift');
    expect(assessed({ memory: labelled('watch') }).regime.transition_driver).toBe('gdacs:TC:1');
  });

  it('gives two overlapping runs the same content, also when the regime changes', () => {
    const [one, other] = [NOW, NOW + 1].map((now) => assessed({ memory: labelled('watch'), now }));

    expect(one?.regime.previous_label).toBe('watch');
    expect(snapshotHash(one ?? {})).toBe(snapshotHash(other ?? {}));
  });

  it('names what ended when it falls, whatever is left', () => {
    const left = hazardEvent({ id: 'gdacs:TC:2', severity: 0.5, startedAt: NOW - HOUR });
    const { regime } = assessed({ memory: labelled('emergency'), events: [left] });
    expect(regime).toMatchObject({
      label: 'alert',
      transition_driver: 'gdacs:TC:9',
      transitioned_at: NOW - SIX_HOURS,
    });
  });

  it('keeps the order of events, and so the content hash, when one of them was looked at again', () => {
    const [first, second] = ['gdacs:WF:1', 'gdacs:WF:2'].map((id) => hazardEvent({ id, severity: 0.5 }));
    if (first === undefined || second === undefined) throw new Error('two events');
    const hashes = [second, { ...second, observedAt: second.observedAt + 60_000 }].map((one) =>
      snapshotHash(assessed({ events: [first, one] })),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  it('lists the 50 most severe events, then the latest to begin, then by id', () => {
    const events = Array.from({ length: 60 }, (_, index) =>
      hazardEvent({
        id: `gdacs:TC:${100 + index}`,
        severity: index === 0 ? 1 : 0,
        startedAt: NOW - (index % 3),
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
    expect(evidence.at(-1)?.id).toBe('gdacs:TC:129');
  });

  it('lists all orange and red ones, however many, and counts the rest', () => {
    const events = Array.from({ length: 120 }, (_, index) =>
      hazardEvent({ id: `gdacs:TC:${100 + index}`, severity: index < 70 ? 0.5 : 0 }),
    );
    const { evidence, pressure } = assessed({ events });
    expect(evidence).toHaveLength(70);
    expect(pressure.alerts).toEqual({ orange: 70, red: 0 });
    expect(pressure.events).toEqual({ total: 120, by_hazard: { cyclone: 120 } });
  });

  it('says which inputs are missing or incomplete, and how many answered completely', () => {
    const hearings = (['ok', 'failed', 'incomplete', 'ok', 'failed'] as const).map((status, index) => ({
      input: `input-${9 - index}`,
      status,
      claims: [],
    }));
    expect(assessed({ hearings }).meta).toMatchObject({
      snapshot_confidence: 0.4,
      missing_inputs: ['input-5', 'input-8'],
      incomplete_inputs: ['input-7'],
    });
  });

  it('is unknown, without a score, when an input never answered', () => {
    for (const status of ['failed', 'incomplete'] as const) {
      const { regime, pressure } = assessed({ events: [], hearings: heard([], status) });
      expect(regime.label).toBe('unknown');
      expect(pressure).toMatchObject({ score: null, score_without_drought: null });
    }
  });

  it('claims a label above normal from a lower bound', () => {
    const events = [hazardEvent()];
    expect(assessed({ events, hearings: heard(events, 'incomplete', 'failed') })).toMatchObject({
      regime: { label: 'alert' },
      pressure: { score: 0.5 },
    });
  });

  it('has no confidence and no label without inputs', () => {
    const snapshot = assessed({ events: [], hearings: [] });
    expect(snapshot).toMatchObject({ meta: { snapshot_confidence: 0 }, regime: { label: 'unknown' } });
  });

  it('takes no driver from an event of severity 0', () => {
    const events = [hazardEvent({ severity: 0, alertLevel: 'green' })];
    expect(run({ events }).memory.driver).toBeNull();
  });
});

describe('assess, where an input did not answer in full,', () => {
  const red = hazardEvent({ severity: 1, alertLevel: 'red' });
  const first = run({ events: [red] });
  const dead = { events: [], hearings: heard([], 'failed') };

  it('holds what it said last, with its evidence', () => {
    const { snapshot } = nextRun(first, dead);
    expect(snapshot).toMatchObject({
      meta: {
        snapshot_confidence: 0.5,
        missing_inputs: ['gdacs-tc'],
        held_inputs: [{ input: 'gdacs-tc', since: NOW }],
        trigger_reason: 'scheduled',
      },
      regime: first.snapshot.regime,
      pressure: { score: 1, alerts: { red: 1 }, events: { total: 1 } },
      evidence: [{ id: red.id, summary: red.summary, held_since: NOW }],
    });
    expect(AssessedSnapshotSchema.parse(snapshot)).toEqual(snapshot);
  });

  it('holds it for 24 hours and no longer: unknown, not normal', () => {
    expect(nextRun(first, dead, HELD_MS).snapshot.regime.label).toBe('emergency');
    expect(nextRun(first, dead, HELD_MS + 1).snapshot).toMatchObject({
      meta: { held_inputs: [], trigger_reason: 'regime_shift' },
      regime: { label: 'unknown', previous_label: 'emergency', transition_driver: 'not-heard' },
      pressure: { score: null },
      evidence: [],
    });
  });

  it('keeps what was heard completely, however often a part was heard since', () => {
    let last = first;
    for (let hours = 1; hours <= 8; hours += 1) {
      const events = [hazardEvent({ id: `gdacs:TC:${10 + hours}`, severity: 0.5 })];
      last = nextRun(last, { events, hearings: heard(events, 'incomplete') }, HOUR);
    }
    expect(last.snapshot.regime.label).toBe('emergency');
    const statements = last.memory.inputs['gdacs-tc'];
    expect(statements?.map(({ complete }) => complete)).toEqual([false, false, false, false, false, true]);
  });

  it('does not hold what is dated further ahead than two clocks can differ', () => {
    expect(nextRun(first, dead, -HOUR / 6).snapshot.regime.label).toBe('emergency');
    expect(nextRun(first, dead, -HOUR / 6 - 1).snapshot.regime.label).toBe('unknown');
  });

  it('does not hold longer because it held before', () => {
    const third = nextRun(first, dead, 20 * HOUR);
    expect(nextRun(third, dead, 4 * HOUR).snapshot.regime.label).toBe('emergency');
    expect(nextRun(third, dead, 4 * HOUR + 1).snapshot.regime.label).toBe('unknown');
  });

  it('holds the severity where the snapshot cannot be read', () => {
    expect(nextRun(first, { ...dead, recalled: new Map() }).snapshot).toMatchObject({
      regime: { label: 'emergency' },
      pressure: { score: 1, alerts: { red: 1 } },
      evidence: [],
    });
  });

  it('holds a calm answer as well', () => {
    expect(nextRun(run({ events: [] }), dead).snapshot).toMatchObject({
      regime: { label: 'normal' },
      pressure: { score: 0 },
      meta: { held_inputs: [{ input: 'gdacs-tc', since: NOW }] },
    });
  });

  it('counts what was newly read, and replaces what is held of the same event', () => {
    const orange = hazardEvent({ severity: 0.5 });
    const other = hazardEvent({ id: 'gdacs:TC:2', severity: 1 / 3 });
    const part = [orange, other];
    const { snapshot } = nextRun(first, { events: part, hearings: heard(part, 'incomplete') });
    expect(snapshot.evidence.map(({ id, severity, held_since }) => [id, severity, held_since])).toEqual([
      [red.id, 0.5, undefined],
      ['gdacs:TC:2', 1 / 3, undefined],
    ]);
  });

  it('holds partial answers, too', () => {
    const other = [hazardEvent({ id: 'gdacs:TC:2', severity: 1 })];
    const calm = run({ events: [] });
    const part = nextRun(calm, { events: other, hearings: heard(other, 'incomplete') });
    const third = nextRun(part, dead);
    expect(third.snapshot).toMatchObject({
      regime: { label: 'emergency' },
      evidence: [{ id: 'gdacs:TC:2', held_since: NOW + SIX_HOURS }],
      meta: { held_inputs: [{ since: NOW }] },
    });
  });

  it('holds what it had no room to remember by its severity', () => {
    const many = Array.from({ length: 25 }, (_, index) => hazardEvent({ id: `gdacs:TC:${10 + index}` }));
    const first = run({ events: many });
    const calmer = many
      .slice(0, 20)
      .map((event) => ({ ...event, severity: 0, alertLevel: 'green' as const }));
    const second = nextRun(first, { events: calmer, hearings: heard(calmer, 'incomplete') });
    expect(second.snapshot.regime.label).toBe('alert');
    // And once more, when nothing of it is listed any longer.
    const third = nextRun(second, { events: [], hearings: heard([], 'failed') });
    expect(third.snapshot).toMatchObject({ regime: { label: 'alert' }, pressure: { score: 0.5 } });
  });

  it('stops holding as soon as it answers again', () => {
    const { snapshot } = nextRun(nextRun(first, dead), { events: [] });
    expect(snapshot).toMatchObject({
      regime: { label: 'normal', previous_label: 'emergency', transition_driver: red.id },
      pressure: { score: 0 },
      evidence: [],
    });
  });

  it('leaves unknown for normal when all inputs answer', () => {
    const unknown = nextRun(first, dead, HELD_MS + 1);
    expect(nextRun(unknown, { events: [] }).snapshot.regime).toMatchObject({
      label: 'normal',
      previous_label: 'unknown',
      transition_driver: 'no-hazard',
    });
  });

  it('holds of each input only what it said itself', () => {
    const { snapshot } = nextRun(first, { events: [], hearings: heard([], 'ok', 'failed') });
    expect(snapshot).toMatchObject({
      regime: { label: 'normal' },
      meta: { held_inputs: [{ input: 'usgs' }] },
    });
  });

  it('gives two runs a minute apart the same content', () => {
    const second = nextRun(first, dead);
    const third = run({
      ...dead,
      memory: second.memory,
      recalled: new Map([[first.snapshot.meta.snapshot_id, first.snapshot]]),
      now: NOW + SIX_HOURS + 60_000,
    });
    expect(snapshotHash(third.snapshot)).toBe(snapshotHash(second.snapshot));
  });

  it('counts an earthquake once that one feed holds and another lists under another id', () => {
    const quake = hazardEvent({ id: 'usgs:us1', source: 'usgs', type: 'earthquake', severity: 1 });
    const moment = { startedAt: quake.startedAt, observedAt: quake.startedAt };
    const both = run({ events: [{ ...quake, ...moment }] });
    const again = [{ ...quake, ...moment, id: 'gdacs:EQ:1', source: 'gdacs' as const, severity: 0.5 }];
    const hearings: Hearing[] = [
      { input: 'gdacs-tc', status: 'failed', claims: [] },
      { input: 'usgs', status: 'ok', claims: [{ id: 'gdacs:EQ:1', type: 'earthquake', severity: 0.5 }] },
    ];
    expect(nextRun(both, { events: again, hearings }).snapshot).toMatchObject({
      pressure: { score: 1, alerts: { orange: 0, red: 1 }, events: { total: 1 } },
      evidence: [{ id: 'usgs:us1', held_since: NOW }],
    });
  });
});

describe('assess, for any events,', () => {
  const label = fc.constantFrom(...RegimeLabelSchema.options);
  const status = fc.constantFrom<Status>('ok', 'incomplete', 'failed');

  it('gives a snapshot of the published shape', () => {
    fc.assert(
      fc.property(arbitraryEvents, status, status, label, (events, first, second, before) => {
        const hearings = heard(events, first, second);
        const { snapshot, memory } = run({ events, hearings, memory: labelled(before) });
        expect(AssessedSnapshotSchema.parse(snapshot)).toEqual(snapshot);
        expect(RunMemorySchema.parse(memory)).toEqual(memory);
      }),
    );
  });

  it('gives the same content six hours later, and again after that', () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.option(label), (events, before) => {
        const first = run({ events, memory: before === null ? null : labelled(before) });
        const later = { events: events.toReversed(), hearings: heard(events), trigger: 'manual' as const };
        const second = nextRun(first, later);
        const third = nextRun(second, later);
        expect(snapshotHash(second.snapshot)).toBe(snapshotHash(first.snapshot));
        expect(snapshotHash(third.snapshot)).toBe(snapshotHash(first.snapshot));
      }),
    );
  });

  it('is not calmer for one more event', () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const more = assessed({ events }).pressure.score ?? 0;
        const fewer = assessed({ events: events.slice(1) }).pressure.score ?? 0;
        expect(more).toBeGreaterThanOrEqual(fewer);
      }),
    );
  });
});
