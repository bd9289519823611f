/** What stays on this phone: the tokens with their keys, and the code of a mail whose token is not set up yet. */

import { totp } from './totp.js';

const PENDING_LIFE = 30 * 24 * 3600_000;

/**
 * @typedef {object} Token one card
 * @property {string} serial
 * @property {CryptoKey} key non-extractable HMAC key
 * @property {string} institutionName
 * @property {?string} accentColor #rrggbb
 * @property {?string} serviceId
 * @property {?string} userId
 * @property {'SHA1'|'SHA256'|'SHA512'} algorithm
 * @property {number} digits
 * @property {number} period seconds
 * @property {?string} expiresAt RFC 3339
 * @property {?string} renewalOpensAt RFC 3339
 * @property {number} usedAt milliseconds since 1970; orders the cards
 * @property {number} hintUntil milliseconds since 1970; until then the way to 認証確認 is shown
 * @property {boolean} [selfMade] made by this app and registered at the bank by its serial number
 * @property {boolean} [toRegister] whether the way to the registration is still shown
 * @property {Token} [previous] the state before a renewal, there only while the renewal is being written
 */

/** How browsers say that a connection is gone: when it is used, when a request on it ends, when they abort its transactions. */
const GONE = ['InvalidStateError', 'UnknownError', 'AbortError'];

/** The browser has closed the database and opens it no more until the page is loaded again. */
export class StoreLost extends Error {}

/** Null where there is no connection, or none any more. */
let database = null;

/**
 * Opens the database and finishes a renewal that was interrupted while it was written.
 * @throws {DOMException} when the browser keeps nothing (some private windows)
 */
export async function open() {
  await connect();
  for (const token of await read('tokens', (store) => store.getAll())) if (token.previous) await settle(token);
}

/** @returns {Promise<Token[]>} last used first */
export async function allTokens() {
  const all = await read('tokens', (store) => store.getAll());
  return all.sort((a, b) => b.usedAt - a.usedAt);
}

/** Stores a card; one with the same serial gives way. @param {Token} token */
export const putToken = (token) => write('tokens', (store) => store.put(token));

/** Changes some members of a card, if it is still there. */
export const updateToken = (serial, changes) => write('tokens', (store) => {
  const request = store.get(serial);
  request.onsuccess = () => request.result && store.put({ ...request.result, ...changes });
});

/** Takes a card off this phone. The bank is not told. */
export const removeToken = (serial) => write('tokens', (store) => store.delete(serial));

/**
 * Puts a renewed card in the place of the old one. Until the new key has been read back and has computed a password
 * the old state lies beside it, so that a phone that dies in between loses neither.
 * @param {Token} before @param {Token} after
 */
export async function renewToken(before, after) {
  await putToken({ ...after, previous: before });
  await settle(await read('tokens', (store) => store.get(after.serial)));
}

async function settle({ previous, ...token }) {
  const usable = await totp(token.key, 0, token.digits).then(() => true, () => false);
  await putToken(usable ? token : previous);
}

/** Keeps the code of a mail until its token is set up. */
export const putPending = (downloadCode, now) =>
  write('pending', (store) => store.put({ downloadCode, savedAt: now }, 'code'));

/** @returns {Promise<?string>} the kept code, unless it is older than any institution's mail */
export async function pendingCode(now) {
  const kept = await read('pending', (store) => store.get('code'));
  return kept && now - kept.savedAt < PENDING_LIFE ? kept.downloadCode : null;
}

/** Forgets the code: its token is set up, or the code is dead. */
export const clearPending = () => write('pending', (store) => store.delete('code'));

async function connect() {
  const request = indexedDB.open('kenshin-otp', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('tokens', { keyPath: 'serial' });
    request.result.createObjectStore('pending');
  };
  const opened = await result(request);
  opened.onclose = () => { if (database === opened) database = null; };
  database = opened;
}

const read = (name, ask) => overConnection(() => result(ask(database.transaction(name).objectStore(name))));

const write = (name, change) => overConnection(() => new Promise((resolve, reject) => {
  const transaction = database.transaction(name, 'readwrite', { durability: 'strict' });
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
  change(transaction.objectStore(name));
}));

/**
 * WebKit closes the connection of a page in the background while its script lives on, and does not always tell: what fails for that is
 * done once more over a new one. Doing it twice comes to the same as doing it once.
 */
async function overConnection(work) {
  try {
    if (database) return await work();
  } catch (failure) {
    if (!GONE.includes(failure?.name)) throw failure;
  }
  try {
    await connect();
    return await work();
  } catch (failure) {
    throw failure?.name === 'QuotaExceededError' ? failure : new StoreLost();
  }
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
