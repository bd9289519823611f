/** The app's words in the language of its user. */

import { remember, remembered } from './remember.js';
import { ja } from './text/ja.js';
import { en } from './text/en.js';

const TEXTS = { ja, en };
const KEPT_AS = 'language';

let current = kept() ?? (/^en\b/i.test(navigator.language) ? 'en' : 'ja');

/** @returns {'ja'|'en'} */
export const language = () => current;

/** Switches to the other language and keeps the choice on this phone. */
export function switchLanguage() {
  current = current === 'ja' ? 'en' : 'ja';
  remember(KEPT_AS, current);
}

/**
 * @param {string} key member of text/ja.js and text/en.js
 * @param {...(string|number)} values for texts that are made from values
 * @returns {string}
 */
export function t(key, ...values) {
  const text = TEXTS[current][key];
  return typeof text === 'function' ? text(...values) : text;
}

function kept() {
  const choice = remembered(KEPT_AS);
  return Object.keys(TEXTS).includes(choice) ? choice : null;
}
