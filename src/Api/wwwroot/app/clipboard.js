/** Copying, and saying whether it worked. */

import { button, h } from './dom.js';
import { t } from './text.js';

const SAID_FOR = 4000;

/** @param {string} text @returns {Promise<boolean>} false where the browser does not allow it */
export const copyText = (text) => navigator.clipboard.writeText(text).then(() => true, () => false);

/**
 * A button that copies a text and answers in its own place.
 * @param {string} label
 * @param {string} text what is copied
 * @param {object} props attributes of the button
 * @returns {HTMLElement[]} the button, and the same answer for those who hear the page
 */
export function copyButton(label, text, props) {
  const node = button(label, { ...props, onclick: copy });
  const heard = h('span', { class: 'visually-hidden', role: 'status' });
  let timer;

  async function copy() {
    heard.textContent = node.textContent = t(await copyText(text) ? 'copied' : 'copyFailed');
    clearTimeout(timer);
    timer = setTimeout(() => {
      heard.textContent = '';
      node.textContent = label;
    }, SAID_FOR);
  }

  return [node, heard];
}
