/** Small choices that this browser keeps: the language, a note that was closed. Where it keeps nothing, none is the answer. */

/** @param {string} name @returns {?string} */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} choice */
export function remember(name, choice) {
  try {
    localStorage.setItem(name, choice);
  } catch {
    // a browser that is told to keep nothing, or full: the choice lasts as long as the page
  }
}
