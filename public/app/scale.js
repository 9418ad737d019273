/**
 * A linear scale.
 *
 * @param {readonly [number, number]} domain
 * @param {readonly [number, number]} range
 * @returns {(value: number) => number} rounded to a hundredth, and kept within the range
 */
export function linear([from, to], [start, end]) {
  const [low, high] = start < end ? [start, end] : [end, start];
  return (value) => {
    const share = to === from ? 0 : (value - from) / (to - from);
    return Math.round(Math.min(high, Math.max(low, start + share * (end - start))) * 100) / 100;
  };
}

/**
 * Round values from 0 up to a maximum, 1, 2 or 5 times a power of ten apart.
 *
 * @param {number} max
 * @param {number} most how many there may be, 0 included
 * @returns {number[]}
 */
export function ticks(max, most) {
  if (!(max > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(max / most));
  const step = [1, 2, 5, 10, 20].map((factor) => factor * power).find((size) => max / size < most) ?? max;
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step);
}
