/** The centre's calls for token apps (/app/v1) and what is known about the way to it. */

import { language } from './text.js';

const TIMEOUT = 20_000;

/** Fires `change` when {@link isOnline} changes. */
export const connection = new EventTarget();
let online = navigator.onLine;

/** @returns {boolean} false once the browser or an unanswered call says that the centre is out of reach */
export const isOnline = () => online;

addEventListener('online', () => learn(true));
addEventListener('offline', () => learn(false));

function learn(reachable) {
  if (online === reachable) return;
  online = reachable;
  connection.dispatchEvent(new Event('change'));
}

/** A refusal (RFC 9457) or a lost answer. */
export class ApiProblem extends Error {
  /**
   * @param {string} code stable code of the centre; here also `unreachable` (no whole answer came) and `unexpected`
   * @param {object} [body] members of the problem document
   * @param {?number} [retryAfter] seconds to wait
   */
  constructor(code, body = {}, retryAfter = null) {
    super(code);
    Object.assign(this, { code, body, retryAfter });
  }
}

/** @param {{downloadCode, serviceId, userId, activationPin, devicePublicKey}} request @returns {Promise<object>} credential */
export const activate = (request) => call('POST', '/app/v1/activations', request);

/** @param {{institution: string, devicePublicKey}} request @returns {Promise<object>} credential of a token that nobody owns yet */
export const enroll = (request) => call('POST', '/app/v1/enrollments', request);

/** @returns {Promise<{items: {code: string, name: string, accentColor: string}[]}>} the institutions whose tokens apps make */
export const institutions = () => call('GET', '/app/v1/institutions');

/** @param {{serial, otp, devicePublicKey}} request @returns {Promise<object>} credential */
export const renew = (request) => call('POST', '/app/v1/renewals', request);

/** @returns {Promise<{now: string}>} the centre's time, RFC 3339 */
export const serverTime = () => call('GET', '/app/v1/time');

async function call(method, path, body) {
  const { response, answer } = await exchange(method, path, body);
  learn(true);
  if (response.ok && answer) return answer;
  if (response.ok) throw new ApiProblem('unreachable');
  throw new ApiProblem(answer?.code ?? codeOf(response.status), answer ?? {}, secondsOf(response.headers.get('Retry-After')));
}

async function exchange(method, path, body) {
  const waiting = new AbortController();
  const limit = setTimeout(() => waiting.abort(), TIMEOUT);
  try {
    const response = await fetch(path, {
      method,
      headers: { 'Accept-Language': language(), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: waiting.signal,
    });
    return { response, answer: parsed(await response.text()) };
  } catch {
    learn(false);
    throw new ApiProblem('unreachable');
  } finally {
    clearTimeout(limit);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(status) {
  if (status === 429) return 'rate_limited';
  return status >= 502 && status <= 504 ? 'unavailable' : 'unexpected';
}

/** Retry-After in seconds (RFC 9110 §10.2.3, the form with delay-seconds). */
const secondsOf = (header) => (/^\d+$/.test(header ?? '') ? Number(header) : null);
