import { el } from './dom.js';

const GAP = 12;

/**
 * One tooltip for everything on the page. It says what the element's accessible name says, and so is hidden from
 * assistive technology.
 */
export function createTooltip() {
  const box = el('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true });
  document.body.append(box);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
  // Focus may scroll the page to what it explains.
  document.addEventListener('scroll', () => anchored !== null && place(box, anchored), { passive: true });
  /** @type {Element | null} */
  let anchored = null;

  function hide() {
    box.hidden = true;
    anchored = null;
  }

  return {
    hide,
    /**
     * Shows lines beside an element, inside the window.
     *
     * @param {Element} anchor
     * @param {readonly string[]} lines
     */
    show(anchor, lines) {
      const [first = '', ...rest] = lines;
      box.replaceChildren(el('strong', {}, first), ...rest.map((line) => el('span', {}, line)));
      box.hidden = false;
      anchored = anchor;
      place(box, anchor);
    },
  };
}

/** @typedef {ReturnType<typeof createTooltip>} Tooltip */

/**
 * Shows an element's tooltip on hover and on focus alike.
 *
 * @param {Element} element
 * @param {Tooltip} tooltip
 * @param {() => readonly string[]} lines
 */
export function explain(element, tooltip, lines) {
  const show = () => tooltip.show(element, lines());
  for (const event of ['pointerenter', 'focus']) element.addEventListener(event, show);
  for (const event of ['pointerleave', 'blur']) element.addEventListener(event, tooltip.hide);
}

/** Above the element, or below where there is no room. @param {HTMLElement} box @param {Element} anchor */
function place(box, anchor) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const around = anchor.getBoundingClientRect();
  const middle = around.left + around.width / 2 - width / 2;
  const left = Math.max(GAP, Math.min(document.documentElement.clientWidth - width - GAP, middle));
  const above = around.top - height - GAP;
  box.style.left = `${left}px`;
  box.style.top = `${above < GAP ? around.bottom + GAP : above}px`;
}
