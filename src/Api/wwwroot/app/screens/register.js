/** 利用開始（登録）: what is still to be done at the bank with a token that the app has made. */

import { copyButton } from '../clipboard.js';
import { button, h } from '../dom.js';
import { updateToken } from '../store.js';
import { t } from '../text.js';

/**
 * The panel on the card. The app cannot know of the registration, so it stays until its user says that it is done.
 * @param {import('../store.js').Token} token
 * @param {() => void} done called when it is done, for the user's word
 * @param {(work: () => Promise<void>) => Promise<void>} attempt says on the screen why it failed
 * @returns {HTMLElement}
 */
export function registerPanel(token, done, attempt) {
  async function dismiss() {
    await updateToken(token.serial, { toRegister: false });
    token.toRegister = false;
    done();
  }

  return h('section', { class: 'register', id: 'registerHint', 'aria-labelledby': 'registerTitle' },
    h('h2', { id: 'registerTitle' }, t('registerTitle')),
    h('p', {}, t('registerText')),
    h('p', {}, t('registerAsk')),
    h('div', { class: 'row' },
      copyButton(t('copySerial'), token.serial, { id: 'copySerial', class: 'secondary' }),
      button(t('registered'), { id: 'registered', class: 'secondary', onclick: () => attempt(dismiss) })));
}
