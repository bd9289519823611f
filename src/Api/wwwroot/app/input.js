/** What people type or paste, brought into the form that the centre expects. */

/**
 * Folds full-width letters and digits, the dashes of a Japanese keyboard, and drops spaces.
 * @param {string} typed
 */
export const folded = (typed) =>
  typed.normalize('NFKC').replace(/[\u2010-\u2015\u2212\u30fc]/g, '-').replace(/\s+/g, '');

/** @returns {boolean} 4 to 8 digits */
export const isPin = (text) => /^\d{4,8}$/.test(text);

/** @returns {boolean} printable ASCII as identifiers are made of */
export const isId = (text) => /^[\x21-\x7e]{1,64}$/.test(text);

/** A serial number in groups for the eye: SKTS, 0001, 2345. @param {string} serial @returns {string[]} */
export const serialGroups = (serial) => serial.match(/^[A-Z]+|.{1,4}/g);

/**
 * Finds the download code in the mail's link, in the app's own address, or in the bare code.
 * @param {string} typed
 * @returns {?string} null when there is none
 */
export function downloadCodeIn(typed) {
  const text = typed.normalize('NFKC').trim();
  const match = /\/d\/([\w-]+)/.exec(text) ?? /#d=([\w-]+)/.exec(text) ?? /^([\w-]{8,200})$/.exec(text);
  return match && match[1];
}
