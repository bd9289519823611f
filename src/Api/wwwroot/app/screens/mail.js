/** メールが届いた方: the way to the mail's link. */

import { h, button } from '../dom.js';
import { errorSummary, field } from '../form.js';
import { downloadCodeIn } from '../input.js';
import { t } from '../text.js';

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function mailScreen(app) {
  const summary = errorSummary();
  const link = field({
    id: 'downloadLink', label: t('linkLabel'), rule: t('linkRule'), value: app.draft.downloadLink, fold: false, inputmode: 'url', enterkeyhint: 'next',
  });
  link.input.addEventListener('input', () => { app.draft.downloadLink = link.input.value; });

  async function submit(event) {
    event.preventDefault();
    summary.clear();
    const typed = link.input.value.trim();
    const code = downloadCodeIn(typed);
    link.tell(code ? null : t(typed ? 'linkWrong' : 'linkMissing'));
    if (code) {
      await app.attempt(() => app.begin(code));
    } else summary.show(t('errorTitle', 1), [{ text: t(typed ? 'linkWrong' : 'linkMissing'), input: link.input }]);
  }

  const node = h('div', { class: 'page' },
    h('h1', { tabindex: '-1' }, t('mailTitle')),
    h('p', { class: 'lead' }, t('mailLead')),
    app.installNote(),
    summary.node,
    h('form', { class: 'panel', novalidate: true, onsubmit: submit },
      h('p', {}, t('mailPaste')),
      link.node,
      h('button', { class: 'primary', id: 'submitLink' }, t('linkNext'))),
    h('details', { class: 'more' }, h('summary', {}, t('noMail')), h('p', {}, t('noMailHelp'))),
    button(t('back'), { class: 'quiet', id: 'back', onclick: () => app.go('start') }));
  return { node, title: t('mailTitle') };
}
