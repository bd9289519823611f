/** Whose token the app shall make. */

import { button, choice, h } from '../dom.js';
import { t } from '../text.js';
import { institutionList } from './institutions.js';

const FILTER_FROM = 8;

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function chooseScreen(app) {
  const list = institutionList((items) => {
    if (items.length === 1) app.go('enroll', { replace: true, institution: { ...items[0], only: true } });
    else list.node.replaceWith(...choices(items, (institution) => app.go('enroll', { institution })));
  });
  const node = h('div', { class: 'page' },
    h('h1', { tabindex: '-1' }, t('chooseTitle')),
    list.node,
    button(t('back'), { class: 'quiet', id: 'back', onclick: () => app.go('start') }));
  return { node, title: t('chooseTitle'), dispose: list.dispose };
}

/** The list, above it a field that narrows a long one by name or code. */
function choices(items, choose) {
  if (!items.length) return [h('p', { class: 'lead', id: 'noChoices' }, t('noChoices'))];
  const rows = items.map((one) => ({
    sought: plain(`${one.name}${one.code}`),
    node: h('li', {}, choice(one.name, null, { lang: 'ja', 'data-code': one.code, onclick: () => choose(one) })),
  }));
  const none = h('p', { id: 'noneFound', role: 'status' });
  const list = h('ul', { id: 'institutions', class: 'choices' }, rows.map((row) => row.node));
  if (items.length < FILTER_FROM) return [list];

  const filter = h('input', { id: 'filter', type: 'search', autocomplete: 'off', autocorrect: 'off', spellcheck: 'false', enterkeyhint: 'search' });
  filter.addEventListener('input', () => {
    const sought = plain(filter.value);
    for (const row of rows) row.node.hidden = !row.sought.includes(sought);
    none.textContent = rows.some((row) => !row.node.hidden) ? '' : t('noneFound');
  });
  return [
    h('div', { class: 'field' }, h('label', { for: 'filter' }, t('filter')), h('div', { class: 'field-input' }, filter)),
    none, list,
  ];
}

const plain = (text) => text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
