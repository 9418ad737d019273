import { fieldsOf, itemsOf, numberOf, textOf, timeOf } from './read.js';

/**
 * What `/api/health` says.
 *
 * @typedef {ReturnType<typeof readHealth>} HealthView
 * @typedef {ReturnType<typeof readReason>} Reason
 */

const STATUSES = /** @type {const} */ (['ok', 'degraded', 'stale', 'unreachable']);
/** A slot, an hour of lateness and the catch-up. */
const STALE_AFTER_MS = 8 * 60 * 60_000;

/**
 * Its 503 is a normal answer.
 *
 * @param {import('./api.js').Result | undefined} answer
 * @param {number} at when it was asked, epoch ms
 */
export function readHealth(answer, at) {
  const health = fieldsOf(answer?.ok ? answer.data : answer?.body);
  return {
    at,
    status: STATUSES.find((status) => status === health.status) ?? /** @type {const} */ ('unknown'),
    staleAfterMs: numberOf(health.staleAfterMs) ?? STALE_AFTER_MS,
    /** null when it has no list of reasons, which is not the same as an empty one. */
    reasons: Array.isArray(health.reasons) ? health.reasons.map(readReason) : null,
    ages: itemsOf(health.regions).flatMap((item) => {
      const { regionId, ageMs } = fieldsOf(item);
      const id = textOf(regionId);
      return id === null ? [] : [{ regionId: id, ageMs: numberOf(ageMs) }];
    }),
    message: textOf(health.message),
  };
}

/** @param {unknown} json a text, or fields */
function readReason(json) {
  const { code, message, regionId, input, since } = fieldsOf(json);
  return {
    code: textOf(code),
    message: textOf(json) ?? textOf(message),
    regionId: textOf(regionId),
    input: textOf(input),
    since: timeOf(since),
  };
}
