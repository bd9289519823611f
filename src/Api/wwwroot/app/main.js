/** Start of the app: brings state, screens, clock and notes together. */

import { connection } from './api.js';
import { isTyping } from './busy.js';
import { checkClock, now, recheckClock } from './clock.js';
import { h } from './dom.js';
import { installation, installNote } from './install.js';
import { note, watchSurroundings } from './notes.js';
import { problemText } from './problems.js';
import { activateScreen } from './screens/activate.js';
import { chooseScreen } from './screens/choose.js';
import { enrollScreen } from './screens/enroll.js';
import { mailScreen } from './screens/mail.js';
import { passwordScreen } from './screens/password.js';
import { startScreen } from './screens/start.js';
import * as store from './store.js';
import { language, switchLanguage, t } from './text.js';
import { totp } from './totp.js';
import { keepOnPhone } from './update.js';

/**
 * @typedef {object} Screen
 * @property {HTMLElement} node
 * @property {string} title for the window
 * @property {() => (void|Promise<void>)} [tick] runs at once and at every second while the page can be seen
 * @property {() => void} [shown] runs once it is on the page
 * @property {() => void} [offer] runs when the browser begins or ceases to offer the installation
 * @property {() => void} [dispose]
 */

const SCREENS = {
  start: startScreen, mail: mailScreen, activate: activateScreen, choose: chooseScreen, enroll: enrollScreen, password: passwordScreen,
};
const LONGEST_PERIOD = 60;
const main = document.getElementById('main');
let screen = null;
let timer;
let writeNotes = () => {};

/** @typedef {typeof app} App what screens know and can do */
const app = {
  tokens: [],
  pending: null,
  selected: null,
  draft: {},
  news: null,

  async reload() {
    app.tokens = await store.allTokens();
    app.pending = await store.pendingCode(now());
  },

  /** @param {{code: string, name: string}} [options.institution] whose token shall be made; stays over a reload */
  go(name, { replace = false, institution, focus = 'h1' } = {}) {
    history[replace ? 'replaceState' : 'pushState']({ name, institution }, '', location.pathname);
    app.show({ focus });
  },

  /** Shows the screen that the history names, or the one that makes sense. */
  show({ focus } = {}) {
    document.getElementById('failure')?.remove();
    screen?.dispose?.();
    screen = SCREENS[screenName()](app);
    main.replaceChildren(screen.node);
    document.title = `${screen.title} | ${t('appName')}`;
    screen.shown?.();
    writeNotes();
    tick();
    if (focus) main.querySelector(focus)?.focus();
  },

  async begin(downloadCode) {
    await store.putPending(downloadCode, now());
    delete app.draft.downloadLink;
    await app.reload();
    app.go('activate');
  },

  async abandon() {
    await store.clearPending();
    delete app.draft.activationPin;
    await app.reload();
    app.go('mail', { replace: true });
  },

  /** Does what ends on this phone, or says above the screen why it could not be done. */
  async attempt(work) {
    document.getElementById('failure')?.remove();
    try {
      await work();
    } catch (problem) {
      const failure = note({ id: 'failure', kind: 'warn', text: problemText(problem), role: 'alert' });
      document.querySelector('.surroundings').append(failure);
      failure.focus();
    }
  },

  installNote: () => installNote({ active: app.tokens.length > 0, downloadCode: app.pending }),
};

function screenName() {
  const wanted = history.state?.name;
  if (wanted === 'activate' && app.pending) return 'activate';
  if (wanted === 'enroll' && history.state.institution) return 'enroll';
  if (['start', 'mail', 'choose'].includes(wanted)) return wanted;
  if (app.tokens.length) return 'password';
  return app.pending ? 'activate' : 'start';
}

async function tick() {
  clearTimeout(timer);
  if (document.hidden) return;
  const ticking = screen;
  await ticking.tick?.();
  if (ticking === screen) {
    clearTimeout(timer);
    timer = setTimeout(tick, 1000 - (now() % 1000));
  }
}

/** What a card says, as text: the key cannot be read, so one of its passwords stands for it. When it was used last is no matter. */
async function faceOf({ key, usedAt, ...facts }) {
  return JSON.stringify([facts, await totp(key, 0, facts.digits)]);
}

const facesOf = async (tokens) => (await Promise.all(tokens.map(faceOf))).sort().join();

/** Another window may have renewed, made or removed a token meanwhile: the password of a replaced secret must not stay on this one. */
async function catchUp() {
  const [shown, kept] = await Promise.all([facesOf(app.tokens), store.allTokens().then(facesOf)]);
  if (shown === kept) return;
  await app.reload();
  if (!isTyping()) app.show();
}

/** Takes out of the address bar what a link says: the code of a mail, once it is kept, or the institution whose token shall be made. */
async function takeLink() {
  const [, kind, value] = /^#(d|i)=([\w-]+)$/.exec(location.hash) ?? [];
  if (kind === 'd') await store.putPending(value, now());
  const state = { d: { name: 'activate' }, i: { name: 'enroll', institution: { code: value } } }[kind];
  if (location.hash) history.replaceState(state ?? null, '', location.pathname);
  return Boolean(kind);
}

function writeFrame() {
  document.documentElement.lang = language();
  document.getElementById('appName').textContent = t('appName');
  const other = document.getElementById('language');
  other.textContent = t('otherLanguage');
  other.lang = language() === 'ja' ? 'en' : 'ja';
}

const shortestPeriod = () => Math.min(LONGEST_PERIOD, ...app.tokens.map(({ period }) => period));

async function start() {
  writeFrame();
  try {
    await store.open();
    await takeLink();
  } catch {
    main.replaceChildren(h('div', { class: 'page' }, h('h1', {}, t('noStorageTitle')), h('p', {}, t('noStorage'))));
    document.getElementById('language').hidden = true;
    return;
  }
  await app.reload();
  writeNotes = watchSurroundings(shortestPeriod, () => app.tokens.length === 0);
  app.show();

  document.getElementById('language').addEventListener('click', ({ currentTarget }) => {
    switchLanguage();
    writeFrame();
    app.show();
    currentTarget.focus();
  });
  addEventListener('popstate', () => app.show({ focus: 'h1' }));
  addEventListener('hashchange', () => app.attempt(async () => {
    if (!await takeLink()) return;
    await app.reload();
    app.show({ focus: 'h1' });
  }));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    tick();
    recheckClock(shortestPeriod());
    catchUp().catch(() => {}); // what is on the screen needs no store
  });
  installation.addEventListener('change', () => screen.offer?.());
  connection.addEventListener('change', () => recheckClock(shortestPeriod()));
  checkClock();
  keepOnPhone();
}

start();
