/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} TabStorage */

/**
 * The storage of this tab; where the browser forbids it, a store that lasts as long as the page.
 *
 * @param {() => Storage} open
 * @returns {TabStorage}
 */
export function tabStorage(open) {
  try {
    return open();
  } catch {
    /** @type {Map<string, string>} */
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
