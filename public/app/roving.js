const STEPS = new Map([
  ['ArrowRight', 1],
  ['ArrowDown', 1],
  ['ArrowLeft', -1],
  ['ArrowUp', -1],
]);

/**
 * Makes a group of elements one stop of the tab key, within which the arrow keys, Home and End move.
 *
 * @param {readonly (HTMLElement | SVGElement)[]} items in the order in which they are walked
 */
export function rove(items) {
  for (const [i, item] of items.entries()) {
    item.setAttribute('tabindex', i === 0 ? '0' : '-1');
    item.addEventListener('keydown', (event) => {
      const target = targetOf(items, i, /** @type {KeyboardEvent} */ (event).key);
      if (target === undefined) return;
      event.preventDefault();
      target.focus();
    });
    item.addEventListener('focus', () => {
      for (const other of items) other.setAttribute('tabindex', other === item ? '0' : '-1');
    });
  }
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} from
 * @param {string} key
 * @returns {T | undefined} undefined when the key does not move
 */
function targetOf(items, from, key) {
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  const step = STEPS.get(key);
  return step === undefined ? undefined : items[(from + step + items.length) % items.length];
}

/**
 * Calls back on a click, and on Enter and the space bar where the element is not a button itself.
 *
 * @param {HTMLElement | SVGElement} element
 * @param {() => void} onActivate
 */
export function activate(element, onActivate) {
  element.addEventListener('click', onActivate);
  if (element instanceof HTMLButtonElement) return;
  element.addEventListener('keydown', (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== 'Enter' && key !== ' ') return;
    event.preventDefault();
    onActivate();
  });
}
