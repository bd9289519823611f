/* The page, also offline. The hashes keep releases apart; new ones have the browser renew the page. */
const FILES = {
	'./': 'RMbV444BJNIbRP2Twgok0IYouc53D6eTgZh5Q17HLD8=',
	'k.css': 'Ve9Mq34/3HOHJRP2GCsvUI8g4bVpdqSJ6LCN5+ORvl8=',
	'otp.js': '6CdzXmKaMtaX4caSF4M5PEi06T2MGCebPoMbtWrJxp8=',
	'words.js': 'ZJgJQ6kmnLGyYKYd+dkDN/8pPYtH3VrqZNoI4Ay5SCU=',
	'k.js': 'zinBeT+BuSpHRujI+HsW4qGUZ1ZuTwpNXIdoVOBnM/0='
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
