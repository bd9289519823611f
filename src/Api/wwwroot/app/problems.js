/** What a refusal of the centre means for the person at the phone. */

import { ApiProblem } from './api.js';
import { durationText } from './clock.js';
import { t } from './text.js';

const PLAIN = new Set(['activation_failed', 'activation_void', 'download_expired', 'invalid_transition', 'unreachable', 'invalid_otp',
  'institution_not_found', 'not_self_enrolled']);
const REASONS = new Set(['token_suspended', 'token_locked', 'token_revoked', 'token_not_active']);
const WAITS = new Set(['rate_limited', 'unavailable']);

/** @param {ApiProblem|Error} problem @returns {string} one or two sentences that say what to do */
export function problemText(problem) {
  if (!(problem instanceof ApiProblem)) return t('notKept');
  const { code, body, retryAfter } = problem;
  if (REASONS.has(body.reason)) return t(body.reason);
  if (WAITS.has(code)) return t(code, retryAfter ? durationText(retryAfter) : null);
  return t(PLAIN.has(code) ? code : 'unexpected');
}
