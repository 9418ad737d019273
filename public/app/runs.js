import { fieldsOf, itemsOf, numberOf, textOf, timeOf } from './read.js';
import { slotOf } from './slots.js';

/**
 * @typedef {ReturnType<typeof viewRegion>} RunRegion
 * @typedef {ReturnType<typeof viewInput>} RunInput
 * @typedef {NonNullable<ReturnType<typeof viewRun>>} RunView
 */

const INPUT_STATUSES = /** @type {const} */ (['ok', 'incomplete']);

/** @param {unknown} json the answer of `/api/runs` @returns {RunView[]} newest first */
export function readRuns(json) {
  return itemsOf(fieldsOf(json).runs).flatMap((run) => viewRun(run) ?? []);
}

/** @param {unknown} json a run report @returns null when it tells neither which run it is nor when it was */
function viewRun(json) {
  const run = fieldsOf(json);
  const runId = textOf(run.runId);
  const startedAt = timeOf(run.startedAt);
  if (runId === null || startedAt === null) return null;
  const counts = fieldsOf(run.counts);
  const redis = fieldsOf(run.redis);
  return {
    runId,
    startedAt,
    /** Reports of earlier versions do not say. */
    slot: timeOf(run.slot) ?? slotOf(startedAt),
    trigger: textOf(run.trigger) ?? 'unknown',
    environment: textOf(run.environment),
    durationMs: numberOf(run.durationMs) ?? 0,
    budgetMs: numberOf(run.budgetMs),
    counts: {
      persisted: numberOf(counts.persisted) ?? 0,
      duplicate: numberOf(counts.duplicate) ?? 0,
      current: numberOf(counts.current) ?? 0,
      inFlight: numberOf(counts.inFlight) ?? 0,
      failed: numberOf(counts.failed) ?? 0,
    },
    requests: numberOf(redis.requests),
    commands: numberOf(redis.commands),
    inputs: itemsOf(run.inputs).map(viewInput),
    regions: itemsOf(run.regions).map(viewRegion),
  };
}

/** @param {unknown} json */
function viewInput(json) {
  const input = fieldsOf(json);
  return {
    input: textOf(input.input) ?? 'input',
    status: INPUT_STATUSES.find((status) => status === input.status) ?? /** @type {const} */ ('failed'),
    events: numberOf(input.events) ?? 0,
    durationMs: numberOf(input.durationMs) ?? 0,
    message: textOf(input.message),
  };
}

/** @param {unknown} json */
function viewRegion(json) {
  const region = fieldsOf(json);
  return {
    regionId: textOf(region.regionId) ?? 'region',
    status: textOf(region.status) ?? 'unknown',
    attempts: numberOf(region.attempts) ?? 0,
    startMs: numberOf(region.startMs) ?? 0,
    claimMs: numberOf(region.claimMs) ?? 0,
    commitMs: numberOf(region.commitMs) ?? 0,
    snapshotId: textOf(region.snapshotId),
    duplicateOf: textOf(region.duplicateOf),
    retryAfterMs: numberOf(region.retryAfterMs),
    phase: textOf(region.phase),
    code: textOf(region.code),
    message: textOf(region.message),
    stored: textOf(region.stored),
  };
}
