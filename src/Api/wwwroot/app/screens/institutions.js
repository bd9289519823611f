/** The part of a screen that needs the centre's list of institutions. */

import { connection, institutions, isOnline } from '../api.js';
import { button, h } from '../dom.js';
import { note } from '../notes.js';
import { problemText } from '../problems.js';
import { t } from '../text.js';

/**
 * Says that the list is on its way, or what keeps it away; asks again when told to, and by itself once the centre is in reach.
 * @param {(items: {code: string, name: string, accentColor: ?string}[]) => void} arrived called once, unless disposed before
 * @returns {{node: HTMLElement, dispose: () => void}}
 */
export function institutionList(arrived) {
  let waiting = false;
  let disposed = false;
  const node = h('div', { class: 'list-place', role: 'status' });

  async function load() {
    waiting = false;
    node.replaceChildren(h('p', {}, t('loading')));
    let answer;
    try {
      answer = await institutions();
    } catch (problem) {
      waiting = true;
      const text = navigator.onLine ? problemText(problem) : t('enrollOffline');
      node.replaceChildren(note({
        id: 'listFailed', kind: 'warn', text, action: button(t('retry'), { id: 'retry', class: 'secondary', onclick: load }),
      }));
      return;
    }
    if (!disposed) arrived(answer.items);
  }

  const reached = () => waiting && isOnline() && load();
  connection.addEventListener('change', reached);
  load();
  return {
    node,
    dispose() {
      disposed = true;
      connection.removeEventListener('change', reached);
    },
  };
}
