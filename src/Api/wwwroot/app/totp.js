/** Time-based one-time passwords, RFC 6238 (HOTP truncation: RFC 4226 §5.3). */

const HASHES = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' };

/** @returns {boolean} whether passwords can be computed with this algorithm name (RFC 6238 §1.2) */
export const isAlgorithm = (name) => Object.keys(HASHES).includes(name);

/**
 * Turns the shared secret into a key that can sign but never be read again.
 * @param {Uint8Array} secret raw bytes; the caller zeroes them afterwards
 * @param {'SHA1'|'SHA256'|'SHA512'} algorithm
 * @returns {Promise<CryptoKey>} non-extractable HMAC key
 */
export const importSecret = (secret, algorithm) =>
  crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: HASHES[algorithm] }, false, ['sign']);

/**
 * The counter T of RFC 6238 §4.2, with T0 = 0.
 * @param {number} now milliseconds since 1970
 * @param {number} period seconds
 */
export const stepAt = (now, period) => Math.floor(now / 1000 / period);

/**
 * How long the password of this moment is still shown.
 * @param {number} now milliseconds since 1970
 * @param {number} period seconds
 * @returns {number} whole seconds, from `period` down to 1
 */
export const secondsLeft = (now, period) => period - (Math.floor(now / 1000) % period);

/**
 * The password of one time step (RFC 4226 §5.3 over the 8-byte big-endian counter).
 * @param {CryptoKey} key from {@link importSecret}
 * @param {number} step from {@link stepAt}
 * @param {number} digits 6 or 8
 * @returns {Promise<string>} exactly `digits` decimal digits
 */
export async function totp(key, step, digits) {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setUint32(0, Math.floor(step / 2 ** 32));
  counter.setUint32(4, step % 2 ** 32);
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  const offset = mac.getUint8(mac.byteLength - 1) & 0x0f;
  const number = mac.getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * Splits a password into two halves for the eye: 123456 → "123 456".
 * @param {string} code
 */
export const grouped = (code) => `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}`;
