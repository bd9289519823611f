/**
 * Keeps the whole app on the phone, so that passwords are there without a network.
 * VERSION names the cache and must change with any file of FILES: it is the beginning of the SHA-256 over their bytes,
 * in this order (/app/ stands for index.html). The comparison of sw.js by the browser then starts the update.
 */
const VERSION = '3aa5f66be660';
const CACHE = `token-app-${VERSION}`;
const FILES = [
  '/app/',
  '/app/app.css',
  '/app/card.css',
  '/app/manifest.webmanifest',
  '/app/api.js',
  '/app/begin.js',
  '/app/busy.js',
  '/app/clipboard.js',
  '/app/clock.js',
  '/app/colour.js',
  '/app/credential.js',
  '/app/dom.js',
  '/app/form.js',
  '/app/input.js',
  '/app/install.js',
  '/app/jwe.js',
  '/app/main.js',
  '/app/notes.js',
  '/app/problems.js',
  '/app/remember.js',
  '/app/store.js',
  '/app/text.js',
  '/app/text/en.js',
  '/app/text/ja.js',
  '/app/totp.js',
  '/app/update.js',
  '/app/screens/activate.js',
  '/app/screens/choose.js',
  '/app/screens/enroll.js',
  '/app/screens/institutions.js',
  '/app/screens/mail.js',
  '/app/screens/otp.js',
  '/app/screens/password.js',
  '/app/screens/register.js',
  '/app/screens/remove.js',
  '/app/screens/renewal.js',
  '/app/screens/sideways.js',
  '/app/screens/start.js',
  '/app/icons/icon.svg',
  '/app/icons/icon-180.png',
  '/app/icons/icon-192.png',
  '/app/icons/icon-512.png',
  '/app/icons/maskable-192.png',
  '/app/icons/maskable-512.png',
  '/shared/tokens.css',
];

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = event.request.method === 'GET' && origin === location.origin && !pathname.startsWith('/app/v1/');
  if (ours) event.respondWith(answer(event.request, pathname));
});

/**
 * All files of this version or none. While servers are upgraded one after the other, files may come from one that has another version:
 * then the browser tries again the next time that the app is opened. A page that is open has loaded its modules already.
 */
async function fill() {
  const answers = await Promise.all(FILES.map((file) => fetch(file, { cache: 'reload' })));
  const bodies = await Promise.all(answers.map((answer) => answer.clone().blob()));
  if (await versionOf(bodies) !== VERSION) throw new Error('files of another version');
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map((file, i) => cache.put(file, answers[i])));
  await self.skipWaiting();
}

async function versionOf(bodies) {
  const hash = await crypto.subtle.digest('SHA-256', await new Response(new Blob(bodies)).arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, VERSION.length);
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('token-app-') && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request, pathname) {
  const file = request.mode === 'navigate' && pathname.startsWith('/app/') ? '/app/' : request;
  const cache = await caches.open(CACHE);
  return await cache.match(file, { ignoreSearch: true }) ?? fetch(request);
}
