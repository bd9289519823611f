/** The page of every day: the card of one token, the others one swipe, key or tap away. */

import { copyButton } from '../clipboard.js';
import { dateText, now } from '../clock.js';
import { dark, paint } from '../colour.js';
import { button, h } from '../dom.js';
import { serialGroups } from '../input.js';
import { removeToken, updateToken } from '../store.js';
import { t } from '../text.js';
import { dropNote, note } from '../notes.js';
import { closeRemoval, confirmRemoval } from './remove.js';
import { otpDisplay } from './otp.js';
import { registerPanel } from './register.js';
import { renewalPanel, renewalStage } from './renewal.js';
import { onSideways } from './sideways.js';

/** @param {import('../main.js').App} app @returns {import('../main.js').Screen} */
export function passwordScreen(app) {
  const token = app.tokens.find(({ serial }) => serial === app.selected) ?? app.tokens[0];
  app.selected = token.serial;
  const touch = () => updateToken(token.serial, { usedAt: now() });
  const select = (serial, focus = '#otp') => {
    app.selected = serial;
    updateToken(serial, { usedAt: now() });
    app.show({ focus });
  };
  const otp = otpDisplay(token, touch);
  const stage = renewalStage(token, now());
  const renewal = stage && renewalPanel(token, stage, async (news) => {
    Object.assign(app, { news, selected: token.serial });
    await app.reload();
    app.show({ focus: '#news' });
  });
  const urgent = stage && stage !== 'notice';

  const card = h('section', { class: 'card', id: 'card', 'aria-labelledby': 'institution' },
    h('h1', { id: 'institution', class: 'card-head', tabindex: '-1', lang: 'ja' }, token.institutionName),
    urgent && renewal.node,
    otp.node,
    facts(token),
    token.toRegister && registerPanel(token, () => app.show({ focus: 'h1' }), app.attempt),
    renewal && !urgent && renewal.node);
  paint(card, token.accentColor);

  const release = onSideways(card, (by) => {
    if (app.tokens.length < 2) return;
    const at = app.tokens.indexOf(token) + by + app.tokens.length;
    select(app.tokens[at % app.tokens.length].serial);
  });
  dark.addEventListener('change', app.show);

  async function remove() {
    if (!await confirmRemoval(token)) return;
    await removeToken(token.serial);
    app.selected = null;
    await app.reload();
    app.show({ focus: 'h1' });
  }

  const side = h('div', { class: 'side-column' },
    h('nav', { 'aria-label': t('moreTokens'), hidden: app.tokens.length < 2 },
      h('h2', { class: 'list-title' }, t('moreTokens')),
      h('ul', { id: 'tokens' }, app.tokens.map((each) => listItem(each, each === token, select)))),
    h('div', { class: 'actions' },
      button(t('addToken'), { id: 'addToken', class: 'quiet', onclick: () => app.go('start') }),
      button(t('removeToken'), { id: 'removeToken', class: 'quiet', onclick: () => app.attempt(remove) })));
  const node = h('div', { class: 'page tokens-page' },
    h('div', { class: 'main-column' },
      hints(app, token),
      card),
    side);
  let installNote = null;

  function offer() {
    if (installNote) dropNote(installNote);
    installNote = app.installNote();
    if (installNote) side.append(installNote);
  }
  offer();

  return {
    node,
    title: token.institutionName,
    async tick() {
      await otp.tick();
      renewal?.tick();
      if (renewalStage(token, now()) !== stage) app.show();
    },
    offer,
    dispose() {
      closeRemoval();
      release();
      dark.removeEventListener('change', app.show);
    },
  };
}

/** The confirmation step that is still to be done, good news, and a mail that still waits. */
function hints(app, token) {
  const { news } = app;
  app.news = null;
  return [
    news && note({ id: 'news', kind: 'good', text: news, role: 'status' }),
    token.hintUntil > now() && note({
      id: 'confirmHint', kind: 'info', title: t('confirmTitle'), text: t('confirmHint'),
      close: () => {
        token.hintUntil = 0;
        updateToken(token.serial, { hintUntil: 0 });
      },
    }),
    app.pending && note({
      id: 'pendingHint', kind: 'info', text: t('pendingHint'),
      action: button(t('pendingContinue'), { class: 'secondary', onclick: () => app.go('activate') }),
    }),
  ];
}

function facts({ serial, serviceId, userId, expiresAt, toRegister }) {
  const row = (label, value, id, beside) =>
    value && h('div', {}, h('dt', {}, label), h('dd', {}, h('span', { id, translate: 'no' }, value), beside));
  const copy = !toRegister && copyButton(t('copy'), serial, { class: 'quiet copy', 'aria-label': t('copySerial') });
  return h('dl', { class: 'facts' },
    row(t('serial'), serialGroups(serial).map((group) => h('span', { class: 'group' }, group)), 'serial', copy),
    row(t('expiresAt'), expiresAt ? dateText(expiresAt) : t('noExpiry'), 'expiresAt'),
    row(t('serviceId'), serviceId, 'ownServiceId'),
    row(t('userId'), userId, 'ownUserId'));
}

function listItem(token, shown, select) {
  const item = h('li', {}, h('button', {
    type: 'button', class: 'token-choice', 'data-serial': token.serial, 'aria-current': shown && 'true',
    onclick: () => select(token.serial, `[data-serial="${CSS.escape(token.serial)}"]`),
  },
  h('span', { class: 'token-name', lang: 'ja' }, token.institutionName),
  h('span', { class: 'token-who' }, [token.serviceId, token.userId].filter(Boolean).join(' / ') || serialGroups(token.serial).join(' '))));
  paint(item, token.accentColor);
  return item;
}
