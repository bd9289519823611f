/** From the centre's answer to a card that can show passwords. */

import { newDeviceKey, unseal } from './jwe.js';
import { importSecret, isAlgorithm } from './totp.js';
import { ApiProblem } from './api.js';
import { learnOffset, now } from './clock.js';

/**
 * Makes a fresh device key, sends the request with it and opens the secret in the answer.
 * @param {(devicePublicKey: object) => Promise<object>} send does the call, returns the credential
 * @returns {Promise<object>} the members of a card (see store.js) that come from the centre, its key among them
 * @throws {ApiProblem} refusals as they came; `unexpected` when the answer cannot be used
 */
export async function obtain(send) {
  const { privateKey, publicJwk } = await newDeviceKey();
  const sentAt = now();
  const credential = await send(publicJwk);
  learnOffset(credential.serverTime, sentAt, now());
  return opened(credential, privateKey).catch(() => {
    throw new ApiProblem('unexpected');
  });
}

async function opened(credential, privateKey) {
  const { serial, institutionName, algorithm, digits, period } = credential;
  const whole = typeof serial === 'string' && serial && typeof institutionName === 'string' && isAlgorithm(algorithm)
    && [6, 8].includes(digits) && Number.isInteger(period) && period > 0
    && [credential.expiresAt, credential.renewalOpensAt].every(isInstantOrNothing);
  if (!whole) throw new Error('credential: incomplete');

  const secret = await unseal(credential.sealedSecret, privateKey);
  try {
    return {
      serial, institutionName, algorithm, digits, period,
      key: await importSecret(secret, algorithm),
      accentColor: credential.accentColor ?? null,
      serviceId: credential.serviceId ?? null,
      userId: credential.userId ?? null,
      expiresAt: credential.expiresAt ?? null,
      renewalOpensAt: credential.renewalOpensAt ?? null,
    };
  } finally {
    secret.fill(0);
  }
}

const isInstantOrNothing = (value) => value === null || value === undefined || !Number.isNaN(Date.parse(value));
