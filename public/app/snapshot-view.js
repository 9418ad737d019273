import { httpLink } from './links.js';
import { fieldsOf, itemsOf, numberOf, numberWithin, textOf, textsOf, timeOf } from './read.js';

/**
 * What the page shows of a snapshot. null stands for what it does not have, or not in a form that we know.
 *
 * @typedef {ReturnType<typeof viewSnapshot>} SnapshotView
 * @typedef {ReturnType<typeof viewEvent>} EventView
 */

/**
 * @param {unknown} json a snapshot as the API sends it: ours, or one that another producer pushed
 */
export function viewSnapshot(json) {
  const snapshot = fieldsOf(json);
  const meta = fieldsOf(snapshot.meta);
  const regime = fieldsOf(snapshot.regime);
  const pressure = fieldsOf(snapshot.pressure);
  return {
    id: textOf(meta.snapshot_id),
    generatedAt: timeOf(snapshot.generated_at),
    validUntil: timeOf(meta.valid_until),
    trigger: textOf(meta.trigger_reason),
    confidence: numberWithin(meta.snapshot_confidence, 0, 1),
    /** Those that did not answer, and those of whose answer a part is missing. */
    missingInputs: [...textsOf(meta.missing_inputs), ...textsOf(meta.incomplete_inputs)],
    heldInputs: viewHeldInputs(meta.held_inputs),
    label: textOf(regime.label),
    previousLabel: textOf(regime.previous_label),
    transitionedAt: timeOf(regime.transitioned_at),
    driver: textOf(regime.transition_driver),
    score: numberWithin(pressure.score, 0, 1),
    alerts: viewAlerts(pressure.alerts),
    byHazard: viewHazards(pressure.by_hazard),
    /** null when the snapshot has no list of evidence at all, which is not the same as an empty one. */
    evidence: Array.isArray(snapshot.evidence) ? viewEvidence(snapshot.evidence) : null,
  };
}

/** @param {unknown} json @returns {{ input: string, since: number }[]} what counts as it was said last */
function viewHeldInputs(json) {
  return itemsOf(json).flatMap((item) => {
    const held = fieldsOf(item);
    const input = textOf(held.input);
    const since = timeOf(held.since);
    return input === null || since === null ? [] : [{ input, since }];
  });
}

/** @param {unknown} json @returns {{ orange: number, red: number } | null} */
function viewAlerts(json) {
  const { orange, red } = fieldsOf(json);
  const counts = { orange: numberOf(orange), red: numberOf(red) };
  return counts.orange === null || counts.red === null ? null : { orange: counts.orange, red: counts.red };
}

/** @param {unknown} json @returns {{ hazard: string, severity: number }[]} most severe first */
function viewHazards(json) {
  return Object.entries(fieldsOf(json))
    .flatMap(([hazard, value]) => {
      const severity = numberWithin(value, 0, 1);
      return severity === null ? [] : [{ hazard, severity }];
    })
    .sort((a, b) => b.severity - a.severity || a.hazard.localeCompare(b.hazard));
}

/** @param {unknown} json @returns {EventView[]} most severe first; what has nothing to read in it is left out */
function viewEvidence(json) {
  return itemsOf(json)
    .map(viewEvent)
    .filter(({ title }) => title !== null)
    .sort((a, b) => (b.severity ?? -1) - (a.severity ?? -1));
}

/** @param {unknown} json */
function viewEvent(json) {
  const event = fieldsOf(json);
  const id = textOf(event.id);
  const longitude = numberWithin(event.longitude, -180, 180);
  const latitude = numberWithin(event.latitude, -90, 90);
  return {
    id,
    title: textOf(event.summary) ?? id,
    type: textOf(event.type),
    source: textOf(event.source),
    severity: numberWithin(event.severity, 0, 1),
    observedAt: timeOf(event.observed_at),
    heldSince: timeOf(event.held_since),
    place: longitude === null || latitude === null ? null : { longitude, latitude },
    countries: textsOf(event.countries),
    url: httpLink(event.url),
  };
}

/**
 * The events of all regions that have a place on the map, each once, the least severe first, so that the most severe
 * are drawn on top.
 *
 * @param {readonly SnapshotView[]} snapshots
 */
export function eventsOnMap(snapshots) {
  const events = snapshots.flatMap(({ evidence }) => evidence ?? []);
  const byId = new Map(events.map((event) => [event.id ?? event.title, event]));
  return [...byId.values()]
    .flatMap((event) => (event.place === null ? [] : [{ ...event, place: event.place }]))
    .sort((a, b) => (a.severity ?? 0) - (b.severity ?? 0));
}
