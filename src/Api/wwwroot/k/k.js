/* The keypad page. ES5 on purpose; every link, button and field has a number key. */
(function () {
'use strict';

var OTHERS = 4; // offered at a time, keys 5 to 8
var storage = openStorage();
var lang = +(storage && storage.getItem('k.lang') || /^en/i.test(navigator.language));
var token; // on the screen
var chosen; // its serial
var page = 0; // of the other tokens
var phase; // '', 'open' for renewal, 'expired'
var step; // of the password on the screen
var message = {}; // good, bad; wrong: fields
var carried = {}; // for the next screen
var typed = {}; // fields survive an error
var sending = false;
var clockAhead = 0; // seconds
var lastTick = 0;

function openStorage() {
	try {
		localStorage.setItem('k.try', ''); // stays, so that a full storage remains readable
		return localStorage;
	} catch (refused) {
		return null;
	}
}

function put(name, text) {
	try {
		storage.setItem(name, text);
		return true;
	} catch (full) {
		return false;
	}
}

/** The tokens, the last used first. */
function load() { return JSON.parse(storage && storage.getItem('k.tokens') || '[]'); }

function without(serial) { return load().filter(function (one) { return one.serial !== serial; }); }

/** Puts a token in front, in one write: a failure loses none. */
function keep(one) { return put('k.tokens', JSON.stringify([one].concat(without(one.serial)))); }

/** Accepts the link, also within text, or the code alone. */
function keepCode(text) {
	var found = /(?:\/d\/|d=)([\w-]+)/.exec(text) || /^([\w-]+)$/.exec(fold(text));
	return found && put('k.code', found[1]);
}

function say(name, values) {
	return Words[name][lang].replace(/\{(\w+)\}/g, function (all, key) { return values[key]; });
}

/** RFC 3339 (UTC) by hand: old engines do not read all of it. */
function instant(text) {
	var p = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(text);
	return p ? Date.UTC(p[1], p[2] - 1, p[3], p[4], p[5], p[6]) : NaN;
}

/** The day in Japan. */
function date(text) {
	if (!text) { return say('never'); }
	var iso = new Date(instant(text) + 324e5).toISOString().slice(0, 10), p = iso.split('-');
	return lang ? iso : p[0] + '年' + +p[1] + '月' + +p[2] + '日';
}

function span(s) { return s < 100 ? say('seconds', { n: Math.ceil(s) }) : say('minutes', { n: Math.ceil(s / 60) }); }

function halves(otp) { return otp.slice(0, otp.length / 2) + ' ' + otp.slice(otp.length / 2); }

function fold(text) {
	return text.replace(/\s/g, '').replace(/[！-～]/g, function (wide) {
		return String.fromCharCode(wide.charCodeAt(0) - 65248);
	});
}

function escape(text) {
	return String(text || '').replace(/[&<>"]/g, function (sign) { return '&#' + sign.charCodeAt(0) + ';'; });
}

/** done(answer) for a 200, otherwise fail(code, answer, seconds to wait) */
function call(method, path, body, done, fail) {
	var request = new XMLHttpRequest();
	request.onreadystatechange = function () {
		var answer, status = request.status;
		if (request.readyState < 4) { return; }
		try { answer = JSON.parse(request.responseText); } catch (notJson) { }
		answer = answer || {};
		if (status === 200) { return done(answer); }
		fail(answer.code || { 0: 'offline', 429: 'rate_limited', 502: 'unavailable', 503: 'unavailable' }[status], answer,
			status && +request.getResponseHeader('Retry-After'));
	};
	request.open(method, '/app/v1/' + path);
	request.timeout = 30000;
	request.setRequestHeader('Content-Type', 'application/json');
	request.send(body);
}

/** Asks for a credential; the old one stays until the new one is stored. */
function fetchToken(path, body, before, button, good) {
	if (sending) { return; }
	sending = true;
	byId(button).textContent = say('sending');
	call('POST', path, JSON.stringify(body), function (fresh) {
		sending = false;
		['serviceId', 'userId', 'accentColor'].forEach(function (name) { fresh[name] = fresh[name] || before[name]; });
		if (!Otp.usable(fresh)) { return refuse('unknown', {}); }
		if (!keep(fresh)) { return refuse('notStored', {}); }
		if (!before.serial) { storage.removeItem('k.code'); }
		typed = {};
		carried = { good: say(good) };
		go('#t=' + encodeURIComponent(fresh.serial));
	}, function (code, answer, wait) {
		sending = false;
		refuse(code, answer, wait, before.period);
	});
}

function refuse(code, answer, wait, period) {
	var errors = answer.errors || {}, reason = answer.reason;
	var name = /^token/.test(reason) ? 'stopped' : Words[reason] ? reason : errors.downloadCode ? 'bad_downloadLink' : code;
	message = {
		bad: say(Words[name] ? name : 'unknown', {
			wait: wait > 0 ? span(wait) : say('aWhile'),
			date: date(answer.opensAt),
			n: period - Math.floor(Date.now() / 1000) % period
		}) + (answer.remainingAttempts ? say('attempts', { n: answer.remainingAttempts }) : ''),
		wrong: fields().filter(function (field) { return errors[field]; })
	};
	show();
}

function byId(id) { return document.getElementById(id); }

function tagged(tag, html) { return '<' + tag + '>' + html + '</' + tag.split(' ')[0] + '>'; }

function text(tag, word, values) { return tagged(tag, say(word, values)); }

function keyed(key, tag, html) { return tagged(tag + ' accesskey="' + key + '"', '<b>[' + key + ']</b> ' + html); }

function link(key, hash, html) { return keyed(key, 'a href="#' + hash + '"', html); }

function button(key, id, word) { return keyed(key, 'button id="' + id + '"', say(word)); }

/** The link is asked for when not known, and can be corrected after an error. */
function fields() {
	var ids = ['serviceId', 'userId', 'activationPin'];
	return storage.getItem('k.code') && !message.bad ? ids : ['downloadLink'].concat(ids);
}

function setUpScreen() {
	typed.downloadLink = storage.getItem('k.code') || typed.downloadLink;
	return '<form>' + text('p', 'intro') + fields().map(function (name, i) {
		var wrong = (message.wrong || []).indexOf(name) >= 0, rule = (wrong ? 'bad_' : 'rule') + name, key = i + 1;
		return '<p><label for="' + name + '"><b>[' + key + ']</b> ' + say(name) + ' ' + text('small', 'must') + '</label>' +
			'<span id="rule' + key + '" class="' + (wrong ? 'wrong' : 'soft') + '">' + (Words[rule] ? say(rule) : '') + '</span>' +
			'<input id="' + name + '" accesskey="' + key + '" aria-describedby="rule' + key + '" aria-invalid="' + wrong +
			'" autocomplete="off" autocapitalize="off" value="' + escape(typed[name]) +
			(name === 'activationPin' ? '" type="tel" inputmode="numeric" istyle="4"></p>' : '" istyle="3"></p>');
	}).join('') + button(fields().length + 1, 'submitActivation', 'send') + '</form>';
}

function facts() {
	return '<dl>' + ['serial', 'serviceId', 'userId', 'expiresAt'].map(function (name) {
		var value = name === 'expiresAt' ? date(token[name]) : token[name];
		return value ? text('dt', name) + '<dd' + (/Id/.test(name) ? '>' : ' id="' + name + '">') + escape(value) + '</dd>' : '';
	}).join('') + '</dl>';
}

function label(one) { return escape(one.institutionName + ' ' + (one.userId || '') + ' ' + one.serial); }

function passwordScreen() {
	var others = without(token.serial), days = Math.ceil((instant(token.expiresAt) - Date.now()) / 864e5);
	step = 0;
	phase = phaseOf();
	return '<p id="otp" class="d' + token.digits + '"></p><p id="left"></p><div id="bar"><div></div></div>' +
		'<div id="clockWarning" class="warn" role="alert"></div>' +
		(phase && text(days > 7 ? 'p class="good"' : 'p class="warn"', phase, { n: days }) + button(2, 'renew', 'renew')) +
		facts() + link(3, 'add', say('add')) + link(4, 'remove', say('remove')) +
		(others.length ? '<ul id="tokens"><li>▶ ' + label(token) + '</li>' +
			others.slice(page * OTHERS, page * OTHERS + OTHERS).map(function (one, i) {
				return '<li>' + link(5 + i, 't=' + encodeURIComponent(one.serial), label(one)) + '</li>';
			}).join('') + '</ul>' : '') +
		(others.length > OTHERS ? button(9, 'more', 'more') : '') + text('p class="soft"', 'hint');
}

function phaseOf() {
	return instant(token.expiresAt) < Date.now() ? 'expired' : instant(token.renewalOpensAt) < Date.now() ? 'open' : '';
}

function show() {
	var hash = location.hash, title = 'setUp', top = byId('top'), html = '';
	token = load().filter(function (one) { return one.serial === chosen; })[0] || load()[0];
	if (!storage) {
		message = { bad: say('noStorage') };
	} else if (!token || hash === '#add') {
		html = setUpScreen();
	} else if (hash === '#remove') {
		title = 'remove';
		html = text('p', 'removing') + '<p>' + escape(token.institutionName) + facts() + button(7, 'removeToken', 'removeDo');
	} else {
		title = '';
		html = passwordScreen();
	}
	if (token && title) { html += link(9, '', say('back')); }
	document.documentElement.lang = lang ? 'en' : 'ja';
	top.innerHTML = '<h1 tabindex="-1">' + (title ? say(title) : escape(token.institutionName)) + '</h1>';
	top.style.borderColor = !title && token.accentColor || '';
	byId('notice').textContent = message.good || '';
	byId('errorSummary').innerHTML = (message.bad || '') + (message.wrong || []).map(function (name) {
		return link(fields().indexOf(name) + 1, name, say('bad_' + name));
	}).join('');
	byId('screen').innerHTML = html;
	byId('foot').innerHTML = keyed(0, 'a href="#" id="lang"', say('otherLang'));
	(message.bad ? byId('errorSummary') : top.firstChild).focus();
	tick();
	warnOfClock();
}

function go(hash) {
	if (location.hash === hash) { return route(); }
	location.replace(hash);
}

function route() {
	var hash = location.hash;
	if (/^#d=/.test(hash)) {
		if (storage) { keepCode(hash); }
		return go('#add');
	}
	load().forEach(function (one) {
		if (hash === '#t=' + encodeURIComponent(one.serial)) {
			chosen = one.serial;
			page = 0;
			keep(one);
		}
	});
	message = carried;
	carried = {};
	show();
}

function collect() {
	[].forEach.call(document.querySelectorAll('input'), function (input) { typed[input.id] = input.value; });
}

var ACTIONS = {
	lang: function () {
		collect();
		lang = 1 - lang;
		message = {};
		put('k.lang', lang);
		show();
	},
	submitActivation: function () {
		var body = {}, wrong;
		collect();
		wrong = fields().filter(function (name) {
			body[name] = fold(typed[name]);
			return !(name === 'downloadLink' ? keepCode(typed[name]) :
				name === 'activationPin' ? /^\d{4,8}$/.test(body[name]) : body[name]);
		});
		typed.activationPin = '';
		if (wrong.length) {
			message = { bad: say('invalid_request'), wrong: wrong };
			return show();
		}
		delete body.downloadLink;
		body.downloadCode = storage.getItem('k.code');
		fetchToken('activations', body, {}, 'submitActivation', 'activated');
	},
	renew: function () {
		fetchToken('renewals', { serial: token.serial, otp: Otp.at(token, step) }, token, 'renew', 'renewed');
	},
	more: function () {
		page = (page + 1) * OTHERS < load().length - 1 ? page + 1 : 0;
		show();
		byId('more').focus();
	},
	removeToken: function () {
		put('k.tokens', JSON.stringify(without(token.serial)));
		carried = { good: say('removed', token) };
		go('#');
	}
};

document.addEventListener('click', function (event) {
	var node = event.target, act, aim;
	while (node && !node.accessKey) { node = node.parentNode; }
	act = node && ACTIONS[node.id];
	aim = node && node.hash && byId(node.hash.slice(1));
	if (act || aim) {
		event.preventDefault();
		return act ? act() : aim.focus();
	}
});

document.addEventListener('keydown', function (event) {
	var digit = event.keyCode - (event.keyCode > 95 ? 96 : 48);
	var target = digit >= 0 && digit < 10 && document.querySelector('[accesskey="' + digit + '"]');
	if (target && !(event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.target.tagName === 'INPUT')) {
		event.preventDefault();
		target[target.tagName === 'INPUT' ? 'focus' : 'click']();
	}
});

function tick() {
	var now = Date.now(), seconds = Math.floor(now / 1000), box = byId('otp'), left, current, otp;
	if (Math.abs(now - lastTick) > 5000 && !document.hidden) { checkClock(); } // start, sleep, clock set
	lastTick = now;
	if (!box) { return; }
	left = token.period - seconds % token.period;
	current = Math.floor(seconds / token.period);
	if (step !== current) {
		if (phase !== phaseOf()) { return show(); }
		step = current;
		otp = Otp.at(token, step);
		box.setAttribute('data-otp', otp);
		box.textContent = halves(otp);
	}
	byId('left').textContent = say('remain', { n: left }) +
		(left > 5 ? '' : say('upcoming', { otp: halves(Otp.at(token, step + 1)) }));
	byId('bar').firstChild.style.width = left * 100 / token.period + '%';
}

function checkClock() {
	var start = Date.now();
	call('GET', 'time', null, function (answer) {
		var end = Date.now();
		if (end - start < 10000) { clockAhead = ((start + end) / 2 - instant(answer.now)) / 1000; }
		warnOfClock();
	}, function () { });
}

function warnOfClock() {
	var box = byId('clockWarning'), off = Math.abs(clockAhead);
	if (!box) { return; }
	box.textContent = off > token.period / 2 ? say(clockAhead > 0 ? 'fast' : 'slow', { n: span(off) }) + say('clock') : '';
}

window.addEventListener('hashchange', route);
route();
setInterval(tick, 500);

if ('serviceWorker' in navigator) {
	navigator.serviceWorker.register('sw.js');
	if (navigator.serviceWorker.controller) { navigator.serviceWorker.controller.postMessage(''); }
}
}());
