/** What a refusal of the centre means for the person at the phone. */

import { ApiProblem } from './api.js';
import { durationText } from './clock.js';
import { StoreLost } from './store.js';
import { t } from './text.js';

const PLAIN = new Set(['activation_failed', 'activation_void', 'download_expired', 'invalid_transition', 'unreachable', 'invalid_otp',
  'institution_not_found', 'not_self_enrolled']);
const WAITS = new Set(['rate_limited', 'unavailable']);
const LINK_IS_DEAD = new Set(['activation_void', 'download_expired', 'invalid_transition']);
const HINDRANCES = { suspended: 'token_suspended', locked: 'token_locked' };

/** @returns {?string} the text that says so, where somebody has stopped the token and the link will do again once that is lifted */
export const hindrance = ({ code, body }) => (code === 'invalid_transition' && HINDRANCES[body.tokenStatus]) || null;

/** @returns {boolean} whether only another link leads on */
export const needsAnotherLink = (problem) =>
  isCut(problem) || (LINK_IS_DEAD.has(problem.code) && !hindrance(problem));

/** @param {ApiProblem|Error} problem @returns {string} one or two sentences that say what to do */
export function problemText(problem) {
  if (!(problem instanceof ApiProblem)) return t(problem instanceof StoreLost ? 'storeLost' : 'notKept');
  const { code, retryAfter } = problem;
  if (WAITS.has(code)) return t(code, retryAfter ? durationText(retryAfter) : null);
  if (isCut(problem)) return t('linkWrong');
  return t(hindrance(problem) ?? (PLAIN.has(code) ? code : 'unexpected'));
}

/** The code of the link is of a form that no code has. */
const isCut = ({ body }) => Boolean(body?.errors?.downloadCode);
