/**
 * Lets a reader move along the points of a chart with the pointer, or with the keyboard as a slider, for which a screen
 * reader announces each point.
 *
 * @param {HTMLElement} plot
 * @param {object} options
 * @param {string} options.label
 * @param {number} options.count how many points there are, at least 1
 * @param {(index: number) => string} options.textOf a point in words
 * @param {(share: number) => number} options.indexAt the point at a share, 0 to 1, of the width
 * @param {(index: number) => void} options.onMove called with −1 when the reader leaves
 */
export function scrub(plot, { label, count, textOf, indexAt, onMove }) {
  let index = count - 1;
  const attributes = {
    role: 'slider',
    tabindex: 0,
    'aria-label': label,
    'aria-valuemin': 1,
    'aria-valuemax': count,
  };
  for (const [name, value] of Object.entries(attributes)) plot.setAttribute(name, String(value));
  tell();

  function tell() {
    plot.setAttribute('aria-valuenow', String(index + 1));
    plot.setAttribute('aria-valuetext', textOf(index));
  }
  /** @param {number} next */
  function moveTo(next) {
    index = Math.min(count - 1, Math.max(0, next));
    tell();
    onMove(index);
  }

  const leave = () => onMove(-1);
  plot.addEventListener('focus', () => onMove(index));
  plot.addEventListener('blur', leave);
  plot.addEventListener('pointerleave', leave);
  plot.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = plot.getBoundingClientRect();
    moveTo(indexAt((clientX - left) / width));
  });
  plot.addEventListener('keydown', (event) => {
    const target = { ...STEPS(index), Home: 0, End: count - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    moveTo(target);
  });
}

/** A page is a day of four runs. @param {number} index @returns {Record<string, number>} */
const STEPS = (index) => ({
  ArrowRight: index + 1,
  ArrowUp: index + 1,
  ArrowLeft: index - 1,
  ArrowDown: index - 1,
  PageUp: index + 4,
  PageDown: index - 4,
});
