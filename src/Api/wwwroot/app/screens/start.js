/** First start, and 『トークンを追加』: the two ways to a token. */

import { button, choice, h } from '../dom.js';
import { t } from '../text.js';

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function startScreen(app) {
  const title = t(app.tokens.length ? 'addToken' : 'startTitle');
  const way = (id, screen, name, help) => h('li', {}, choice(t(name), t(help), { id, onclick: () => app.go(screen) }));
  const node = h('div', { class: 'page' },
    h('h1', { tabindex: '-1' }, title),
    h('p', { class: 'lead' }, t('startLead')),
    app.installNote(),
    h('ul', { class: 'choices' },
      way('wayMail', 'mail', 'wayMail', 'wayMailHelp'),
      way('wayEnroll', 'choose', 'wayEnroll', 'wayEnrollHelp')),
    app.tokens.length > 0 && button(t('back'), { class: 'quiet', id: 'back', onclick: () => app.go('password') }));
  return { node, title };
}
