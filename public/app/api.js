import { fieldsOf, textOf } from './read.js';

/**
 * @typedef {{ status: number, title: string, detail: string | null }} Problem `status` 0: there was no answer
 * @typedef {{ ok: true, data: unknown } | { ok: false, problem: Problem, body: unknown }} Result
 * @typedef {{ get(path: string): Promise<Result> }} Api
 */

/** Longer than the 3 s after which the API itself gives up on its store. */
const TIMEOUT_MS = 10_000;
/** A browser may apply `stale-while-revalidate`, which is meant for shared caches, and so be one refresh behind. */
const FRESH = /** @type {const} */ ({ cache: 'no-cache' });

/**
 * @param {object} deps
 * @param {typeof globalThis.fetch} deps.fetch
 * @param {() => string | null} deps.token the READ_TOKEN to send
 * @returns {Api} never throws: failures are returned as problems
 */
export function createApi({ fetch, token }) {
  return {
    async get(path) {
      const secret = token();
      /** @type {Record<string, string>} */
      const headers = secret === null ? {} : { authorization: `Bearer ${secret}` };
      try {
        const answer = await fetch(path, { ...FRESH, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
        return toResult(answer, await readJson(answer));
      } catch {
        return { ok: false, problem: UNREACHABLE, body: undefined };
      }
    },
  };
}

/** @type {Problem} */
const UNREACHABLE = {
  status: 0,
  title: 'The API cannot be reached',
  detail: 'There was no answer. Check the connection.',
};

/** @param {Response} answer @returns {Promise<unknown>} undefined when the body is not JSON */
async function readJson(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Response} answer @param {unknown} body @returns {Result} */
function toResult({ ok, status }, body) {
  if (ok && body !== undefined) return { ok: true, data: body };
  const { title, detail } = fieldsOf(body);
  const said = { title: textOf(title) ?? `The API answered ${status}`, detail: textOf(detail) };
  return { ok: false, problem: { status, ...said }, body };
}
