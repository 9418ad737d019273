/**
 * The regimes in words, shapes and order. `other` is a label that a producer of pushed snapshots made up, `none` a
 * snapshot without any.
 *
 * @typedef {'normal' | 'watch' | 'alert' | 'emergency' | 'unknown' | 'other' | 'none'} RegimeKey
 * @typedef {{ key: RegimeKey, word: string, rank: number }} RegimeView
 */

/** @type {readonly RegimeKey[]} calmest first; a label that is not ours has no rank among them */
const BY_RANK = ['none', 'other', 'unknown', 'normal', 'watch', 'alert', 'emergency'];

/** The regimes that this project assigns, with the pressure from which they hold. */
export const LEGEND = /** @type {const} */ ([
  { key: 'normal', phrase: 'normal', from: 'below 0.33' },
  { key: 'watch', phrase: 'on watch', from: 'from 0.33' },
  { key: 'alert', phrase: 'on alert', from: 'from 0.50' },
  { key: 'emergency', phrase: 'in emergency', from: '1.00' },
  { key: 'unknown', phrase: 'unknown', from: 'too little was heard' },
]);

/** Pressures at which a regime begins: PAGER yellow, GDACS orange, red on both. */
export const THRESHOLDS = /** @type {const} */ ([1 / 3, 1 / 2, 1]);

/** @param {string | null} label @returns {RegimeView} */
export function viewRegime(label) {
  const key = label === null ? 'none' : (LEGEND.find((entry) => entry.key === label)?.key ?? 'other');
  return { key, word: label ?? 'no regime', rank: BY_RANK.indexOf(key) };
}

/**
 * The regime that an event would make on its own; colours and shapes of events follow it.
 *
 * @param {number} severity 0 to 1
 * @returns {RegimeKey}
 */
export function regimeOfSeverity(severity) {
  if (severity >= THRESHOLDS[2]) return 'emergency';
  if (severity >= THRESHOLDS[1]) return 'alert';
  return severity >= THRESHOLDS[0] ? 'watch' : 'normal';
}

/**
 * The alert level behind a severity: GDACS has green 0, orange 1/2, red 1; PAGER green 0, yellow 1/3, orange 2/3,
 * red 1.
 *
 * @param {number} severity 0 to 1
 */
export function alertWord(severity) {
  const words = { normal: 'green', watch: 'yellow', alert: 'orange', emergency: 'red' };
  return words[/** @type {keyof typeof words} */ (regimeOfSeverity(severity))];
}

/**
 * A shape for each regime in a box of 16 by 16, so that none is known by its colour alone.
 *
 * @type {Readonly<Record<RegimeKey, string>>}
 */
export const GLYPHS = {
  normal: 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10z',
  watch: 'M8 1.5 14.5 8 8 14.5 1.5 8z',
  alert: 'M8 1.5 15 14H1z',
  emergency: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  unknown: 'M3 7h10v2H3z',
  other: 'M2.5 2.5h11v11h-11z',
  none: 'M3 7h10v2H3z',
};
