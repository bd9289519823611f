/** The way onto the home screen: a button where the browser offers one, words on iPhones and iPads. */

import { copyText } from './clipboard.js';
import { button, h } from './dom.js';
import { note } from './notes.js';
import { remember, remembered } from './remember.js';
import { t } from './text.js';

const DISMISSED = 'installDismissed';
const ios = /iP(hone|ad|od)/.test(navigator.userAgent)
  || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
const installed = () => matchMedia('(display-mode: standalone)').matches || navigator.standalone === true;
let offer = null;

/** Fires `change` when the browser begins or ceases to offer the installation. */
export const installation = new EventTarget();

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  setOffer(event);
});
addEventListener('appinstalled', () => setOffer(null));

function setOffer(event) {
  offer = event;
  installation.dispatchEvent(new Event('change'));
}

/**
 * @param {{active: boolean, downloadCode: ?string}} state whether tokens are there already, and the code of a waiting mail.
 *   On iOS the home screen app has a storage of its own, so it must come before the set-up, and the link must go with it.
 * @returns {?HTMLElement} nothing to say: null
 */
export function installNote({ active, downloadCode }) {
  if (installed() || remembered(DISMISSED)) return null;
  const close = () => remember(DISMISSED, 'yes');
  if (ios) {
    const copy = downloadCode && button(t('copyLink'), { class: 'secondary', onclick: (event) => copyLink(event, downloadCode) });
    return note({
      id: 'installHint', kind: 'info', title: t(active ? 'installTitle' : 'iosTitle'),
      text: t(active ? 'iosAfter' : 'iosBefore'), action: copy, close,
    });
  }
  if (!offer || !active) return null;
  const add = button(t('install'), { id: 'install', class: 'secondary', onclick: take });
  return note({ id: 'installHint', kind: 'info', title: t('installTitle'), text: t('installHint'), action: add, close });
}

/** An offer can be taken or turned down once. */
async function take() {
  await offer.prompt();
  setOffer(null);
}

async function copyLink({ target }, downloadCode) {
  const done = await copyText(`${location.origin}/d/${downloadCode}`);
  target.after(h('p', { role: 'status' }, t(done ? 'copied' : 'copyFailed')));
}
