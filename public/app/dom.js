import { formatExact, formatMinute, formatRelative } from './format.js';

/**
 * @typedef {Node | string | null} Child a string becomes a text node, whatever it holds
 * @typedef {Readonly<Record<string, string | number | boolean | null | EventListener>>} Attributes
 */

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/**
 * Makes an HTML element. The only way that content enters the page: as text, never as markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] null and false leave one out; a function listens to the event after "on"
 * @param {readonly Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Makes an SVG element; see {@link el}.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {readonly Child[]} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

/**
 * A point in time as people read it, with the exact one in its title. {@link refreshTimes} keeps it true.
 *
 * @param {number | null} time epoch ms
 * @param {number} now epoch ms
 * @returns {Child}
 */
export function timeAgo(time, now) {
  if (time === null) return null;
  const attributes = {
    datetime: new Date(time).toISOString(),
    title: formatExact(time),
    'data-relative': true,
  };
  return el('time', attributes, formatRelative(time, now));
}

/**
 * A point in time both ways, for what people compare and copy: "3 Aug 14:20 UTC, 6 h ago".
 *
 * @param {number} time epoch ms
 * @param {number} now epoch ms
 */
export function timeAndAge(time, now) {
  const exact = el('time', { datetime: new Date(time).toISOString() }, formatMinute(time));
  return el('span', {}, exact, ', ', timeAgo(time, now));
}

/** @param {ParentNode} root @param {number} now epoch ms */
export function refreshTimes(root, now) {
  for (const time of root.querySelectorAll('time[data-relative]')) {
    time.textContent = formatRelative(Date.parse(time.getAttribute('datetime') ?? ''), now);
  }
}

/**
 * Replaces the content. The focused element keeps the focus if one with the same `data-key` is still there.
 *
 * @param {Element} container
 * @param {readonly Child[]} children
 */
export function replaceContent(container, ...children) {
  const key = container.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-key')
    : null;
  container.replaceChildren(...children.filter((child) => child !== null));
  if (key === null || key === undefined) return;
  const heir = container.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (heir instanceof HTMLElement || heir instanceof SVGElement) heir.focus({ preventScroll: true });
}

/**
 * An element of index.html.
 *
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} kind
 * @returns {E}
 * @throws when the page has no such element
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} with the id ${id}`);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {readonly Child[]} children
 * @returns {E}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== null && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
