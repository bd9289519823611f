/** What must not be broken off by something that nobody at the phone has asked for. */

let running = 0;

/** @returns {boolean} whether something is being typed, or a call may still bring a secret that is to be kept */
export const isBusy = () => running > 0 || isTyping();

/** @returns {boolean} whether there is a field, which to show anew would take the cursor out of */
export const isTyping = () => document.querySelector('input') !== null;

/** @template T @param {() => Promise<T>} work a call and the keeping of what it brings @returns {Promise<T>} */
export async function busyWith(work) {
  running++;
  try {
    return await work();
  } finally {
    running--;
  }
}
