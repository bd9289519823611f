/** Notes above the card: what has just happened, what is still to be done, what is wrong around. */

import { connection, isOnline } from './api.js';
import { clock, durationText, skew } from './clock.js';
import { button, h } from './dom.js';
import { t } from './text.js';

/**
 * @param {{id: string, kind: 'info'|'good'|'warn', title?: string, text: string, role?: string, action?: Node, close?: () => void}} options
 * @returns {HTMLElement}
 */
export function note({ id, kind, title, text, role, action, close }) {
  const node = h('div', { id, class: `note note-${kind}`, role, tabindex: '-1' },
    h('div', { class: 'note-text' }, title && h('p', { class: 'note-title' }, title), h('p', {}, text), action));
  if (close) {
    node.append(button('×', {
      class: 'note-close', 'aria-label': t('close'),
      onclick: () => {
        dropNote(node);
        close();
      },
    }));
  }
  return node;
}

/** Takes a note away. Whoever stands on it goes on from the top, not from nowhere. @param {HTMLElement} node */
export function dropNote(node) {
  if (node.contains(document.activeElement)) document.querySelector('h1').focus();
  node.remove();
}

/**
 * Keeps #offline and #clockWarning of the page true.
 * @param {() => number} period seconds of the shortest-lived password on this phone
 * @param {() => boolean} empty whether there is no token on it
 * @returns {() => void} writes both again, for instance in another language
 */
export function watchSurroundings(period, empty) {
  const offline = document.getElementById('offline');
  const warning = document.getElementById('clockWarning');
  const write = () => {
    say(offline, isOnline() ? '' : t(empty() ? 'offlineEmpty' : 'offline'));
    const by = skew(period());
    say(warning, by === 0 ? '' : t(by > 0 ? 'clockAhead' : 'clockBehind', durationText(Math.abs(by))) + joint() + t('clockAdvice'));
  };
  connection.addEventListener('change', write);
  clock.addEventListener('change', write);
  write();
  return write;
}

const joint = () => (document.documentElement.lang === 'ja' ? '' : ' ');

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}
