/** The phone's clock, how far it is from the centre's, and dates as people read them. */

import { serverTime } from './api.js';
import { language, t } from './text.js';

const RECHECK = 5 * 60_000;
const DAY = 24 * 3600_000;
let offset = null;
let checkedAt = -Infinity;

/** Fires `change` after each measurement. */
export const clock = new EventTarget();

/** The phone's own time. Passwords are computed from it and never from a corrected one. @returns {number} ms since 1970 */
export const now = () => Date.now();

/**
 * Learns the offset from one answer of the centre.
 * @param {string} server RFC 3339 instant in the answer
 * @param {number} sentAt @param {number} receivedAt the phone's time around the call, ms since 1970
 */
export function learnOffset(server, sentAt, receivedAt) {
  const measured = (sentAt + receivedAt) / 2 - Date.parse(server);
  if (Number.isNaN(measured)) return;
  offset = measured;
  checkedAt = receivedAt;
  clock.dispatchEvent(new Event('change'));
}

/** Asks the centre for its time. Without an answer the last measurement stays. */
export async function checkClock() {
  const sentAt = now();
  try {
    learnOffset((await serverTime()).now, sentAt, now());
  } catch {
    checkedAt = -Infinity;
  }
}

/** Asks again if the last answer is old, or told of a wrong clock that the user may have set right by now. */
export async function recheckClock(period) {
  if (skew(period) !== 0 || Math.abs(now() - checkedAt) > RECHECK) await checkClock();
}

/**
 * @param {number} period seconds of the shortest-lived password on this phone
 * @returns {number} seconds by which the phone is ahead (negative: behind); 0 while within half a period or unknown
 */
export const skew = (period) =>
  offset !== null && Math.abs(offset) > (period * 1000) / 2 ? Math.round(offset / 1000) : 0;

/** @param {string} instant RFC 3339 @returns {string} the date in Japan: 2026年11月21日, or 21 November 2026 */
export const dateText = (instant) => new Intl.DateTimeFormat(language() === 'ja' ? 'ja-JP' : 'en-GB',
  { timeZone: 'Asia/Tokyo', year: 'numeric', month: 'long', day: 'numeric' }).format(new Date(instant));

/** @param {number} seconds @returns {string} 45秒, 3分, 2時間, 9日: as people would say it of a clock that lost its date, too */
export function durationText(seconds) {
  if (seconds < 100) return t('seconds', seconds);
  if (seconds < 5400) return t('minutes', Math.ceil(seconds / 60));
  return seconds < 2 * DAY / 1000 ? t('hours', Math.ceil(seconds / 3600)) : t('days', Math.ceil(seconds * 1000 / DAY));
}

/** @returns {number} days to go until the instant, the last one begun counted in; 0 or less once it has passed */
export const daysUntil = (instant, at) => Math.ceil((Date.parse(instant) - at) / DAY);
