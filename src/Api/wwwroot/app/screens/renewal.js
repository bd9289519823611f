/** 有効期限更新: when it is offered on a card, how urgently, and the renewal itself. */

import { renew } from '../api.js';
import { busyWith } from '../busy.js';
import { dateText, daysUntil, now } from '../clock.js';
import { obtain } from '../credential.js';
import { button, h } from '../dom.js';
import { problemText } from '../problems.js';
import { renewToken } from '../store.js';
import { t } from '../text.js';
import { secondsLeft, stepAt, totp } from '../totp.js';

const WARNING_DAYS = 14;

/** The serial numbers of the renewals that run, whatever is shown anew meanwhile: by night, in another language, another card. */
const running = new Set();
/** Why the last one was refused: `says` makes the sentence, `replayedIn` is the step whose password was used already. */
let refused = null;
let write = () => {};

/**
 * @param {import('../store.js').Token} token
 * @param {number} at milliseconds since 1970
 * @returns {?('notice'|'warning'|'expired')} null while renewal is not open
 */
export function renewalStage({ expiresAt, renewalOpensAt }, at) {
  const opensAt = renewalOpensAt ?? expiresAt;
  if (!opensAt || at < Date.parse(opensAt)) return null;
  if (!expiresAt) return 'notice';
  if (at >= Date.parse(expiresAt)) return 'expired';
  return daysUntil(expiresAt, at) <= WARNING_DAYS ? 'warning' : 'notice';
}

const TITLES = { notice: 'renewTitle', warning: 'renewUrgentTitle', expired: 'renewExpiredTitle' };

function leadOf(stage, { expiresAt }, at) {
  if (stage === 'expired' || !expiresAt) return t(expiresAt ? 'renewExpired' : 'renewTitle');
  return t(stage === 'notice' ? 'renewNotice' : 'renewWarning', daysUntil(expiresAt, at));
}

/**
 * The panel on the card.
 * @param {import('../store.js').Token} token
 * @param {'notice'|'warning'|'expired'} stage
 * @param {(text: string) => Promise<void>} done called with the good news once the renewed card is stored
 * @returns {{node: HTMLElement, tick: () => void}} `tick` runs every second
 */
export function renewalPanel(token, stage, done) {
  const { serial } = token;
  if (refused?.serial !== serial) refused = null;
  const status = h('p', { class: 'renewal-status', id: 'renewalStatus', role: 'alert', hidden: true });
  const start = button('', { id: 'renew', class: stage === 'notice' ? 'secondary' : 'primary', onclick: run });
  write = () => {
    status.textContent = refused?.serial === serial ? refused.says() : '';
    status.hidden = !status.textContent;
    start.disabled = running.has(serial);
    start.textContent = t(start.disabled ? 'renewing' : 'renew');
  };
  write();

  async function run() {
    if (running.has(serial)) return;
    refused = navigator.onLine ? null : { serial, says: () => t('renewOffline') };
    if (!refused) running.add(serial);
    write();
    if (refused) return;
    try {
      const renewed = await busyWith(() => renewedToken(token));
      await done(t('renewed', renewed.expiresAt ? dateText(renewed.expiresAt) : t('noExpiry')));
    } catch (problem) {
      const replayed = problem.code === 'invalid_otp' && !token.toRegister && problem.body.reason === 'otp_replayed';
      refused = { serial, says: () => refusal(problem), replayedIn: replayed ? stepAt(now(), token.period) : null };
    } finally {
      running.delete(serial);
      write();
    }
  }

  function refusal(problem) {
    const { code, body } = problem;
    if (code === 'renewal_not_open') return t('renewNotOpen', body.opensAt && dateText(body.opensAt));
    if (code === 'invalid_otp' && token.toRegister) return t('renewAfterRegistration');
    if (code === 'invalid_otp' && body.reason === 'otp_replayed') return t('otpReplayed', secondsLeft(now(), token.period));
    return code === 'unreachable' ? `${problemText(problem)}${t('renewKept')}` : problemText(problem);
  }

  function tick() {
    if (refused?.serial !== serial || !refused.replayedIn || stepAt(now(), token.period) === refused.replayedIn) return;
    refused = { serial, says: () => t('otpSwitched') };
    write();
  }

  const node = h('section', { class: `renewal renewal-${stage}`, 'aria-labelledby': 'renewalTitle' },
    h('h2', { id: 'renewalTitle' }, t(TITLES[stage])),
    h('p', {}, leadOf(stage, token, now())), status, start);
  return { node, tick };
}

/** Nothing of the old state is given up before the answer is whole, opened and stored. */
async function renewedToken(token) {
  const otp = await totp(token.key, stepAt(now(), token.period), token.digits);
  const fresh = await obtain((devicePublicKey) => renew({ serial: token.serial, otp, devicePublicKey }));
  const renewed = { ...token, ...fresh, serial: token.serial, toRegister: false };
  await renewToken(token, renewed);
  return renewed;
}
