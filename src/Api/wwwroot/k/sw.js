/* Shows the cached page, also offline, then renews it as a whole. */
const cache = () => caches.open('kenshinotp-k');
const refresh = () => cache().then(kept => kept.addAll(['./', 'k.css', 'otp.js', 'words.js', 'k.js']
	.map(file => new Request(file, { cache: 'no-cache' }))));

addEventListener('install', event => event.waitUntil(refresh()));
addEventListener('message', event => event.waitUntil(refresh().catch(() => { })));
addEventListener('fetch', event => {
	const request = event.request;
	if (!request.url.startsWith(registration.scope)) { return; }
	event.respondWith(cache()
		.then(kept => kept.match(request.mode === 'navigate' ? './' : request))
		.then(found => found || fetch(request)));
});
