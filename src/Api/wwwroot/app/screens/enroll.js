/** トークンの作成: the app makes its own token, which is registered at the bank afterwards. */

import { enroll } from '../api.js';
import { busyWith } from '../busy.js';
import { obtain } from '../credential.js';
import { now } from '../clock.js';
import { dark, paint } from '../colour.js';
import { button, h } from '../dom.js';
import { errorSummary } from '../form.js';
import { note } from '../notes.js';
import { problemText } from '../problems.js';
import { putToken } from '../store.js';
import { t } from '../text.js';
import { institutionList } from './institutions.js';

/** One call at a time, whatever is tapped or shown anew while it runs: a second one would make a second token. */
let making = false;
let view;

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function enrollScreen(app) {
  const { institution } = history.state;
  return institution.name ? confirmation(app, institution) : linked(app, institution.code);
}

/** The link names an institution by its code: does the app make its tokens, and what is it called? */
function linked(app, code) {
  const list = institutionList((items) => {
    const institution = items.find((one) => one.code === code);
    if (institution) app.go('enroll', { replace: true, institution: { ...institution, only: items.length === 1 } });
    else list.node.replaceWith(unknown(app, code));
  });
  const node = h('div', { class: 'page' }, h('h1', { tabindex: '-1' }, t('enrollTitle')), list.node, back(app));
  return { node, title: t('enrollTitle'), dispose: list.dispose };
}

function unknown(app, code) {
  return h('div', { class: 'panel', id: 'unknownInstitution', role: 'status' },
    h('h2', {}, t('unknownTitle')),
    h('p', {}, t('unknownText', code)),
    button(t('chooseTitle'), { class: 'secondary', id: 'chooseInstitution', onclick: () => app.go('choose') }),
    button(t('wayMail'), { class: 'secondary', id: 'wayMail', onclick: () => app.go('mail') }));
}

function confirmation(app, institution) {
  const summary = errorSummary();
  const submit = button('', { class: 'primary', id: 'makeToken', onclick: () => make(app, institution) });
  view = { summary, submit };
  showProgress();
  const here = app.tokens.filter((token) => token.selfMade && token.institutionName === institution.name).length;
  const card = h('section', { class: 'card enroll-card', 'aria-labelledby': 'institution' },
    h('h2', { id: 'institution', class: 'card-head', lang: 'ja' }, institution.name),
    h('ol', { class: 'steps' }, h('li', {}, t('enrollStep1')), h('li', {}, t('enrollStep2'))),
    submit);
  const painted = () => paint(card, institution.accentColor);
  painted();
  dark.addEventListener('change', painted);

  const node = h('div', { class: 'page' },
    h('h1', { tabindex: '-1' }, t('enrollTitle')),
    app.installNote(),
    summary.node,
    here > 0 && note({ id: 'alreadyHere', kind: 'warn', text: t('alreadyHere', here) }),
    card,
    h('div', { class: 'row' },
      back(app),
      !institution.only && button(t('otherInstitution'), { class: 'quiet', id: 'otherInstitution', onclick: () => app.go('choose') })));
  return { node, title: t('enrollTitle'), dispose: () => dark.removeEventListener('change', painted) };
}

const back = (app) =>
  button(t('back'), { class: 'quiet', id: 'back', onclick: () => app.go(app.tokens.length ? 'password' : 'start') });

function showProgress() {
  view.submit.disabled = making;
  view.submit.textContent = t(making ? 'making' : 'make');
}

async function make(app, { code }) {
  if (making) return;
  making = true;
  view.summary.clear();
  showProgress();
  try {
    await busyWith(async () => adopt(app, await obtain((devicePublicKey) => enroll({ institution: code, devicePublicKey }))));
  } catch (problem) {
    view.summary.show(t('enrollFailedTitle'), [{ text: refusal(problem) }]);
  } finally {
    making = false;
    showProgress();
  }
}

function refusal(problem) {
  if (problem.code !== 'unreachable') return problemText(problem);
  return t(navigator.onLine ? 'enrollLost' : 'enrollOffline');
}

async function adopt(app, token) {
  await putToken({ ...token, usedAt: now(), hintUntil: 0, selfMade: true, toRegister: true });
  navigator.storage?.persist?.();
  Object.assign(app, { selected: token.serial, news: t('made') });
  await app.reload();
  app.go('password', { replace: true, focus: '#news' });
}
