import { formatSpan, listWords } from './format.js';
import { fieldsOf, itemsOf, numberOf, textOf } from './read.js';

/** @typedef {{ status: 'ok' | 'failing' | 'unknown', text: string }} HealthView */

/**
 * What `/api/health` says, in a line. Its 503 is an answer like any other.
 *
 * @param {import('./api.js').Result | undefined} answer
 * @returns {HealthView}
 */
export function readHealth(answer) {
  const health = fieldsOf(answer?.ok ? answer.data : answer?.body);
  const staleAfterMs = numberOf(health.staleAfterMs) ?? 0;
  const within = formatSpan(staleAfterMs);
  switch (health.status) {
    case 'ok':
      return { status: 'ok', text: `Healthy: every region stored within ${within}` };
    case 'stale':
      return {
        status: 'failing',
        text: `Not healthy: ${staleRegions(health, staleAfterMs)} stored within ${within}`,
      };
    case 'unreachable':
      return { status: 'failing', text: 'Not healthy: the store cannot be reached' };
    default:
      return { status: 'unknown', text: 'Health not known' };
  }
}

/** @param {import('./read.js').Fields} health @param {number} staleAfterMs */
function staleRegions(health, staleAfterMs) {
  const regions = itemsOf(health.regions).map(fieldsOf);
  const stale = regions.filter(({ ageMs }) => (numberOf(ageMs) ?? Number.POSITIVE_INFINITY) >= staleAfterMs);
  if (stale.length === regions.length) return 'no region was';
  return `${listWords(stale.flatMap(({ regionId }) => textOf(regionId) ?? []))} not`;
}
