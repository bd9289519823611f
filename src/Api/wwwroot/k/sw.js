/* Shows the kept page, also offline. The hashes keep releases apart; new ones make the browser itself renew the page. */
const FILES = {
	'./': 'RMbV444BJNIbRP2Twgok0IYouc53D6eTgZh5Q17HLD8=',
	'k.css': '1ZGcLw3nLFH7CowKluyT6x8MXVH/mb/QRE4ZlZKE8cE=',
	'otp.js': '6CdzXmKaMtaX4caSF4M5PEi06T2MGCebPoMbtWrJxp8=',
	'words.js': 'ZugSQZaCM36L4ZKK5zimodMctzMilGfM6hnOFGUuqv0=',
	'k.js': 'cU37lnNpNbvVSntxdRHY7xqFm99TpIxc/n9wCB1p3jQ='
};
const cache = () => caches.open('kenshinotp-k');

addEventListener('install', event => event.waitUntil(cache().then(kept => kept.addAll(Object.keys(FILES)
	.map(file => new Request(file, { cache: 'reload', integrity: 'sha256-' + FILES[file] }))))));
addEventListener('fetch', event => {
	const request = event.request;
	if (request.url.startsWith(registration.scope)) {
		event.respondWith(cache()
			.then(kept => kept.match(request.mode === 'navigate' ? './' : request))
			.then(found => found || fetch(request)));
	}
});
