/** The password itself: digits, ring of the remaining seconds, the next one, copying. */

import { copyText } from '../clipboard.js';
import { now } from '../clock.js';
import { button, h, svg } from '../dom.js';
import { t } from '../text.js';
import { grouped, secondsLeft, stepAt, totp } from '../totp.js';

const NEXT_SHOWN = 5;
const CIRCUMFERENCE = 2 * Math.PI * 20;
const COPIED_SHOWN = 4000;

/**
 * @param {import('../store.js').Token} token
 * @param {() => void} used called when the password has been copied
 * @returns {{node: HTMLElement, tick: () => Promise<void>}} `tick` brings the display up to this moment
 */
export function otpDisplay(token, used) {
  let codes = new Map();
  const otp = button('', {
    id: 'otp', class: `otp otp-${token.digits}`, translate: 'no', 'aria-describedby': 'institution otpSpelled otpHelp', onclick: copy,
  });
  const arc = svg('circle', { class: 'ring-arc', cx: 24, cy: 24, r: 20, 'stroke-dasharray': CIRCUMFERENCE });
  const seconds = svg('text', { class: 'ring-number', x: 24, y: 24 });
  const remaining = h('p', { class: 'visually-hidden', id: 'remaining', role: 'timer' });
  const nextCode = h('span', { class: 'next-code', translate: 'no' });
  const next = h('p', { class: 'next', id: 'nextOtp' }, h('span', { class: 'next-label' }, t('next')), nextCode);
  const copied = h('p', { id: 'copied', role: 'status', 'aria-live': 'polite' });
  const spelled = h('p', { class: 'visually-hidden', id: 'otpSpelled' });
  const help = h('p', { id: 'otpHelp', class: 'otp-help', onclick: copy }, t('tapToCopy')); // for fingers; the button above is what keys and readers find

  async function codesAround(step) {
    const pairs = [step, step + 1].map(async (each) => [each, codes.get(each) ?? await totp(token.key, each, token.digits)]);
    return new Map(await Promise.all(pairs));
  }

  async function tick() {
    const at = now();
    const step = stepAt(at, token.period);
    if (!codes.has(step)) show('');
    if (!codes.has(step + 1)) codes = await codesAround(step);
    show(codes.get(step) ?? '');

    const left = secondsLeft(at, token.period);
    seconds.textContent = left;
    remaining.textContent = t('remaining', left);
    arc.setAttribute('stroke-dashoffset', CIRCUMFERENCE * (1 - left / token.period));
    node.classList.toggle('ending', left <= NEXT_SHOWN);
    nextCode.textContent = left <= NEXT_SHOWN ? grouped(codes.get(step + 1) ?? '') : '';
  }

  function show(code) {
    if (otp.dataset.otp === code) return;
    otp.dataset.otp = code;
    otp.textContent = code && grouped(code);
    spelled.textContent = `${t('otpLabel')} ${[...code].join(' ')}`;
  }

  async function copy() {
    const done = await copyText(otp.dataset.otp);
    copied.textContent = t(done ? 'copied' : 'copyFailed');
    copied.classList.toggle('failed', !done);
    help.hidden = true;
    setTimeout(() => {
      copied.textContent = '';
      help.hidden = false;
    }, COPIED_SHOWN);
    if (done) used();
  }

  const node = h('div', { class: 'code' },
    otp, spelled,
    h('div', { class: 'code-said' }, help, copied),
    h('div', { class: 'code-foot' },
      svg('svg', { class: 'ring', viewBox: '0 0 48 48', 'aria-hidden': 'true' },
        svg('circle', { class: 'ring-track', cx: 24, cy: 24, r: 20 }), arc, seconds),
      remaining, next));
  return { node, tick };
}
