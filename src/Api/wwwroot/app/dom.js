/** Builds the page from elements and text nodes; nothing is ever parsed as HTML. */

/**
 * @param {string} tag
 * @param {object} [props] attributes; `on…` are listeners; null, undefined and false are left out
 * @param {...(Node|string|null|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

/** The same for SVG. @returns {SVGElement} */
export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

function filled(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  const parts = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...(props.lang ? parts : parts.flatMap(inItsLanguage)));
  return node;
}

/** The bank's own Japanese words in an English sentence are marked, to be read out as such. */
function inItsLanguage(part) {
  if (typeof part !== 'string' || document.documentElement.lang === 'ja') return [part];
  return part.split(/([\u3005-\u30ff\u3400-\u9fff]+)/).map((text, i) => (i % 2 ? h('span', { lang: 'ja' }, text) : text));
}

/**
 * One of several ways to go on, as wide as the page.
 * @param {string} name
 * @param {?string} help a sentence beneath the name
 * @param {object} props attributes of the button
 */
export const choice = (name, help, props) =>
  button(h('span', {}, h('strong', {}, name), help && h('span', { class: 'choice-help' }, help)), { class: 'choice', ...props });

/** A button that submits nothing. */
export const button = (label, props) => h('button', { type: 'button', ...props }, label);
