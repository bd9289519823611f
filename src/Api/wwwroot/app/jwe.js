/** Opens a secret that was sealed for this phone: compact JWE, ECDH-ES with A256GCM (RFC 7516, RFC 7518). */

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const KEY_BITS = 256;
const utf8 = new TextEncoder();

/**
 * A key pair for one request. The private half cannot leave the browser.
 * @returns {Promise<{privateKey: CryptoKey, publicJwk: {kty: string, crv: string, x: string, y: string}}>}
 */
export async function newDeviceKey() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { privateKey, publicJwk: { kty, crv, x, y } };
}

/**
 * Decrypts the JWE (RFC 7516 §5.2) and returns the octets of the symmetric key in it (RFC 7518 §6.4).
 * @param {string} jwe five base64url parts joined by dots
 * @param {CryptoKey} privateKey from {@link newDeviceKey}
 * @returns {Promise<Uint8Array>} the secret; the caller zeroes it after use
 * @throws {Error} when the JWE is of another kind, broken, or meant for another key
 */
export async function unseal(jwe, privateKey) {
  const parts = jwe.split('.');
  if (parts.length !== 5 || parts[1] !== '') throw new Error('JWE: five parts and no encrypted key expected');
  const header = JSON.parse(new TextDecoder().decode(fromBase64Url(parts[0])));
  if (header.alg !== 'ECDH-ES' || header.enc !== 'A256GCM' || 'crit' in header || 'zip' in header)
    throw new Error('JWE: unsupported header');

  const contentKey = await agreeOnKey(header, privateKey);
  const sealed = joined(fromBase64Url(parts[3]), fromBase64Url(parts[4]));
  const plain = new Uint8Array(await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: fromBase64Url(parts[2]), additionalData: utf8.encode(parts[0]), tagLength: 128 },
    contentKey, sealed));
  try {
    const jwk = JSON.parse(new TextDecoder().decode(plain));
    if (jwk.kty !== 'oct' || !jwk.k) throw new Error('JWE: an oct key expected');
    return fromBase64Url(jwk.k);
  } finally {
    plain.fill(0);
  }
}

/** ECDH-ES in direct key agreement mode: Concat KDF with one round of SHA-256, RFC 7518 §4.6.2. */
async function agreeOnKey(header, privateKey) {
  const { kty, crv, x, y } = header.epk;
  const theirs = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, privateKey, KEY_BITS));
  const round = joined(
    uint32(1), shared,
    withLength(utf8.encode(header.enc)),
    withLength(fromBase64Url(header.apu ?? '')),
    withLength(fromBase64Url(header.apv ?? '')),
    uint32(KEY_BITS));
  const derived = new Uint8Array(await crypto.subtle.digest('SHA-256', round));
  try {
    return await crypto.subtle.importKey('raw', derived, 'AES-GCM', false, ['decrypt']);
  } finally {
    [shared, round, derived].forEach((bytes) => bytes.fill(0));
  }
}

function uint32(number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

const withLength = (bytes) => joined(uint32(bytes.length), bytes);

function joined(...pieces) {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error('JWE: not base64url');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
