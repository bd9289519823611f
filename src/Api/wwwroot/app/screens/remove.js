/** Asks before a card is taken off this phone. */

import { button, h } from '../dom.js';
import { t } from '../text.js';

const ID = 'removeDialog';

/** Takes the question away with the screen that it stands on. */
export const closeRemoval = () => document.getElementById(ID)?.close();

/**
 * @param {import('../store.js').Token} token
 * @returns {Promise<boolean>} whether the user wants the card removed
 */
export function confirmRemoval(token) {
  const consequences = [
    t('removeLoss', token.institutionName, token.serial),
    t(token.selfMade ? 'removeNotDiscontinued' : 'removeNotRevoked'),
  ];
  const dialog = h('dialog', { id: ID, 'aria-labelledby': 'removeTitle', 'aria-describedby': 'removeText' },
    h('h2', { id: 'removeTitle' }, t('removeTitle')),
    h('div', { id: 'removeText' }, consequences.map((text) => h('p', {}, text))),
    h('div', { class: 'row' },
      button(t('cancel'), { class: 'secondary', id: 'cancelRemove', autofocus: true, onclick: () => dialog.close() }),
      button(t('remove'), { class: 'danger', id: 'confirmRemove', onclick: () => dialog.close('remove') })));
  if (!dialog.showModal) return Promise.resolve(confirm([t('removeTitle'), ...consequences].join('\n\n'))); // Safari before 15.4

  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'remove');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
