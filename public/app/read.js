/**
 * Reads JSON of unknown shape: snapshots may come from any producer, with any fields.
 *
 * @typedef {Readonly<Record<string, unknown>>} Fields
 */

/** @param {unknown} value @returns {Fields} its fields; none when it is not an object */
export function fieldsOf(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Fields} */ (value)
    : {};
}

/** @param {unknown} value @returns {readonly unknown[]} its items; none when it is not a list */
export function itemsOf(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value @returns {string | null} null when it is not text, or is blank */
export function textOf(value) {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** @param {unknown} value @returns {string[]} the texts in a list */
export function textsOf(value) {
  return itemsOf(value).flatMap((item) => textOf(item) ?? []);
}

/** @param {unknown} value @returns {number | null} null when it is not a finite number */
export function numberOf(value) {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * @param {unknown} value
 * @param {number} min
 * @param {number} max
 * @returns {number | null} null when it is not a number between the two
 */
export function numberWithin(value, min, max) {
  const number = numberOf(value);
  return number !== null && number >= min && number <= max ? number : null;
}

/** @param {unknown} value @returns {number | null} epoch ms; null when it is not a point in time */
export function timeOf(value) {
  const time = typeof value === 'string' ? Date.parse(value) : numberOf(value);
  return time !== null && Number.isFinite(new Date(time).getTime()) ? time : null;
}
