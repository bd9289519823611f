/** 初期設定: service ID, user ID and PIN against the secret of the token. */

import { activate } from '../api.js';
import { busyWith } from '../busy.js';
import { obtain } from '../credential.js';
import { now } from '../clock.js';
import { button, h } from '../dom.js';
import { errorSummary, field, maskToggle } from '../form.js';
import { folded, isId, isPin } from '../input.js';
import { hindrance, needsAnotherLink, problemText } from '../problems.js';
import { clearPending, putToken } from '../store.js';
import { t } from '../text.js';

const HINT_LIFE = 3 * 24 * 3600_000;
const RULES = { serviceId: isId, userId: isId, activationPin: isPin };

/** One call at a time, whatever is shown anew while it runs: a second one would use up another try. */
let sending = false;
/** What came of the last one, with the code of its link: told where the screen is shown by then. */
let refused = null;
let view;

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function activateScreen(app) {
  const summary = errorSummary();
  const fields = {
    serviceId: field({ id: 'serviceId', label: t('serviceId'), rule: t('idRule'), value: app.draft.serviceId, enterkeyhint: 'next' }),
    userId: field({ id: 'userId', label: t('userId'), rule: t('idRule'), value: app.draft.userId, enterkeyhint: 'next' }),
    activationPin: field({
      id: 'activationPin', label: t('activationPin'), rule: t('pinRule'), help: t('pinHelp'), type: 'password', value: app.draft.activationPin,
      inputmode: 'numeric', enterkeyhint: 'send', beside: maskToggle,
    }),
  };
  const { serviceId, userId, activationPin } = fields;
  for (const { input } of Object.values(fields)) input.addEventListener('input', () => { app.draft[input.id] = input.value; });
  const submit = h('button', { class: 'primary', id: 'submitActivation' });

  function checked() {
    const values = {};
    const wrong = [];
    for (const [name, { input, tell }] of Object.entries(fields)) {
      values[name] = folded(input.value);
      const message = RULES[name](values[name]) ? null : t(values[name] ? `${name}Wrong` : `${name}Missing`);
      tell(message);
      if (message) wrong.push({ text: message, input });
    }
    return { values, wrong };
  }

  function refuse(problem) {
    const told = Object.keys(problem.body?.errors ?? {})
      .filter((name) => name in fields)
      .map((name) => ({ text: t(`${name}Wrong`), input: fields[name].input }));
    told.forEach(({ text, input }) => fields[input.id].tell(text));
    const left = problem.body?.remainingAttempts;
    const dead = needsAnotherLink(problem);
    const again = !told.length && !dead && !hindrance(problem);
    if (again) activationPin.tell(t('pinAgain'));
    const items = told.length ? told : [
      { text: problemText(problem) },
      Number.isInteger(left) && { text: t('attemptsLeft', left) },
      again && { text: t('pinAgain'), input: activationPin.input },
    ].filter(Boolean);
    summary.show(told.length ? t('errorTitle', told.length) : t('failedTitle'), items,
      dead && button(t('otherLink'), { class: 'secondary', onclick: () => app.attempt(app.abandon) }));
  }

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    refused = null;
    summary.clear();
    const { values, wrong } = checked();
    activationPin.input.value = app.draft.activationPin = '';
    if (wrong.length) {
      if (isPin(values.activationPin)) {
        activationPin.tell(t('pinAgain'));
        wrong.push({ text: t('pinAgain'), input: activationPin.input });
      }
      summary.show(t('errorTitle', wrong.length), wrong);
      return;
    }
    const downloadCode = app.pending;
    sending = true;
    view.showProgress();
    try {
      await busyWith(async () => adopt(await obtain((devicePublicKey) => activate({ downloadCode, ...values, devicePublicKey }))));
    } catch (problem) {
      refused = { problem, downloadCode };
    } finally {
      sending = false;
      view.showProgress();
      view.tellRefusal();
    }
  }

  function showProgress() {
    submit.disabled = sending;
    submit.textContent = t(sending ? 'sending' : 'send');
  }

  function tellRefusal() {
    if (refused && node.isConnected && refused.downloadCode === app.pending) refuse(refused.problem);
  }

  async function adopt(token) {
    await putToken({ ...token, usedAt: now(), hintUntil: now() + HINT_LIFE });
    await clearPending();
    navigator.storage?.persist?.();
    Object.assign(app, { draft: {}, selected: token.serial });
    await app.reload();
    app.go('password', { replace: true });
  }

  const node = h('div', { class: 'page' },
    h('h1', { tabindex: '-1' }, t('activateTitle')),
    h('p', { class: 'lead' }, t('activateLead')),
    app.installNote(),
    summary.node,
    h('form', { class: 'panel', novalidate: true, autocomplete: 'off', onsubmit: send },
      Object.values(fields).map((one) => one.node), submit),
    h('div', { class: 'row' },
      app.tokens.length > 0 && button(t('back'), { class: 'quiet', id: 'back', onclick: () => app.go('password') }),
      button(t('otherLink'), { class: 'quiet', id: 'otherLink', onclick: () => app.attempt(app.abandon) })));
  view = { showProgress, tellRefusal };
  showProgress();
  return { node, title: t('activateTitle'), shown: tellRefusal };
}
