/* The keypad page. ES5 on purpose; every link, button and field has a number key. */
(function () {
'use strict';

var storage = openStorage();
var lang = +(storage && storage.getItem('k.lang') || /^en/i.test(navigator.language));
var token; // shown
var from = 0; // first of four others, keys 5 to 8
var phase; // '', 'open' for renewal, 'expired'
var step; // of the password shown
var message = {}; // good, bad; wrong: fields
var carried = {}; // for the next screen
var typed = {}; // fields survive an error
var sending = false;
var clockAhead = 0; // seconds
var lastTick = 0;
var worker = navigator.serviceWorker;
var banks; // whose tokens are made here
var making; // code of the chosen one, '' of none yet

function openStorage() {
	try {
		localStorage.setItem('k.try', ''); // stays: a full storage remains readable
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

// The tokens, the last used first.
function load() { return JSON.parse(storage && storage.getItem('k.tokens') || '[]'); }

function without(serial) { return load().filter(function (one) { return one.serial !== serial; }); }

// Puts a token in front, in one write: a failure loses none.
function keep(one) { return put('k.tokens', JSON.stringify([one].concat(without(one.serial)))); }

function code() { return storage.getItem('k.code') || ''; }

// Accepts the link, also within text, or the code alone.
function keepCode(text) {
	var found = /(?:\/d\/|d=)([\w-]+)/.exec(text) || /^([\w-]+)$/.exec(fold(text));
	return found && put('k.code', found[1]);
}

function say(name, values) {
	return Words[name][lang].replace(/\{(\w+)\}/g, function (all, key) {
		return values && key in values ? values[key] : say(key, values);
	});
}

// RFC 3339 (UTC), the fraction left out for old engines.
function instant(text) { return Date.parse(String(text).slice(0, 19) + 'Z'); }

function date(text) {
	if (!text) { return say('never'); }
	return new Date(instant(text) + 324e5).toISOString().slice(0, 10)
		.replace(/(.+)-0?(.+)-0?(.+)/, lang ? '$&' : '$1年$2月$3日');
}

function span(s) { return say(s < 100 ? 'seconds' : 'minutes', { n: Math.ceil(s < 100 ? s : s / 60) }); }

function halves(otp) { return otp.slice(0, otp.length / 2) + ' ' + otp.slice(otp.length / 2); }

function fold(text) {
	return text.replace(/\s/g, '').replace(/[！-～]/g, function (wide) {
		return String.fromCharCode(wide.charCodeAt(0) - 65248);
	});
}

function escape(text) {
	return String(text || '').replace(/[&<>"]/g, function (sign) { return '&#' + sign.charCodeAt(0) + ';'; });
}

// done(answer), or fail(code, answer, seconds to wait)
function call(method, path, body, done, fail) {
	var request = new XMLHttpRequest();
	request.onloadend = function () {
		var answer, status = request.status;
		try { answer = JSON.parse(request.responseText); } catch (notJson) { }
		answer = answer || {};
		if (status >> 1 === 100) { return done(answer); }
		fail(answer.code || (status ? 'unavailable' : 'offline'), answer, status && +request.getResponseHeader('Retry-After'));
	};
	request.open(method, '/app/v1/' + path);
	request.timeout = 3e4;
	request.setRequestHeader('Content-Type', 'application/json');
	request.send(body);
}

// Asks for a credential; the old one stays until it is stored.
function fetchToken(path, body, before, button) {
	if (sending) { return; }
	sending = true;
	byId(button).textContent = say('sending');
	call('POST', path, JSON.stringify(body), function (fresh) {
		sending = false;
		['serviceId', 'userId', 'accentColor'].forEach(function (name) { fresh[name] = fresh[name] || before[name]; });
		fresh.todo = body.institution;
		if (!Otp.usable(fresh)) { return refuse('unknown', {}); }
		if (!keep(fresh)) { return refuse('notStored', {}); }
		if (body.downloadCode) { storage.removeItem('k.code'); }
		typed = {};
		carried = { good: say(path) };
		go('#t=' + fresh.serial);
	}, function (code, answer, wait) {
		sending = false;
		refuse(code, answer, wait, before.period);
	});
}

function refuse(code, answer, wait, period) {
	var errors = answer.errors || {}, name = /suspended|locked/.test(answer.tokenStatus) ? 'stopped' :
		Words[answer.reason] ? answer.reason : errors.downloadCode ? 'bad' : code;
	message = {
		bad: say(Words[name] ? name : 'unknown', {
			wait: wait > 0 ? span(wait) : say('aWhile'),
			f: say('downloadLink'),
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

function keyed(key, tag, html) { return tagged(tag + ' accesskey=' + key, '<b>[' + key + ']</b> ' + html); }

function link(key, hash, html) { return keyed(key, 'a href="#' + hash + '"', html); }

function button(key, id, word) { return keyed(key, 'button id=' + id, say(word)); }

// The link, if unknown or after an error, last: the others keep their keys.
function fields() {
	var ids = ['serviceId', 'userId', 'activationPin'];
	return code() && !message.bad ? ids : ids.concat('downloadLink');
}

function field(key, name, rule, more) {
	return '<p><label for=' + name + '><b>[' + key + ']</b> ' + say(name) + rule + '<input id=' + name + ' accesskey=' + key +
		' autocomplete=off autocapitalize=off value="' + escape(typed[name]) + '"' + more + '></p>';
}

function bad(name) { return say('bad', { f: say(name) }); }

// As begin.js of the app.
function toApp() {
	return worker && document.body.replaceChildren && screen.width > 319 ? keyed(6, 'a href="/app/#d=' + code() + '"', say('app')) : '';
}

function setUpScreen() {
	typed.downloadLink = typed.downloadLink || code();
	return tagged('form', text('p', 'intro') + fields().map(function (name, i) {
		var wrong = (message.wrong || []).indexOf(name) >= 0, id = 'bad' + i;
		return field(i + 1, name, ' ' + text('i', 'must') + '</label>' +
			tagged('span class=wrong id=' + id, wrong ? bad(name) : ''),
			' aria-describedby=' + id + ' aria-invalid=' + wrong +
			(name === 'activationPin' ? ' type=tel inputmode=numeric' : ''));
	}).join('') + button(5, 'submitActivation', 'send'));
}

function loadBanks() {
	call('GET', 'institutions', null, function (answer) {
		banks = answer.items;
		if (making === '' && banks.length === 1) { return go('#i=' + banks[0].code); }
		collect();
		show();
	}, refuse);
}

function matching() {
	return banks.filter(function (one) {
		return fold(one.name + one.code).indexOf(fold(typed.choose || '')) >= 0;
	}).slice(0, 7).map(function (one, i) { return link(i + 1 + (banks.length > 7), 'i=' + one.code, escape(one.name)); }).join('') || text('p', 'noBank');
}

function makeScreen() {
	if (!banks) { return message.bad ? button(1, 'retry', 'retry') : text('p', 'sending'); }
	var bank = banks.filter(function (one) { return one.code === making; })[0];
	function mine(one) { return one.institutionName === bank.name; }
	return bank ? tagged('p', tagged('b lang=ja', escape(bank.name))) + (load().some(mine) ? text('p class=warn', 'already') : '') +
		text('p', 'makeInfo') + button(1, 'make', 'make') :
		(making && text('p class=warn', 'noBank')) + (banks.length < 8 ? text('p', 'choose') : field(1, 'choose', '</label>', '')) +
		'<div id=banks>' + matching() + '</div>';
}

function facts() {
	return tagged('dl', ['serial', 'serviceId', 'userId', 'expiresAt'].map(function (name) {
		var value = name === 'expiresAt' ? date(token[name]) : escape(token[name]);
		return value && text('dt', name) + tagged('dd id=' + name, name === 'serial' ? grouped(value) : value);
	}).join(''));
}

function grouped(serial) { return serial.replace(/^\D+|\d{4}/g, '<i>$&</i>'); }

function label(one) { return escape(one.institutionName + ' ' + (one.userId || '') + ' ' + one.serial); }

function passwordScreen() {
	var others = without(token.serial), days = Math.ceil((instant(token.expiresAt) - Date.now()) / 864e5);
	step = 0;
	phase = phaseOf();
	return '<p id=otp class=d' + token.digits + '></p><p id=left></p><div id=bar><div></div></div>' +
		'<div id=clockWarning class=warn role=alert></div>' +
		(phase && text('p class=warn', phase, { n: days }) + button(2, 'renew', 'renew')) +
		facts() + (token.todo ? text('p class=warn', 'todo') + button(1, 'registered', 'registered') +
		(phase ? '' : button(2, 'copy', 'copy')) : '') + link(3, 'add', say('add')) + link(4, 'remove', say('remove')) +
		(others.length ? '<ul id=tokens><li>▶ ' + label(token) + '</li>' +
			others.slice(from, from + 4).map(function (one, i) {
				return tagged('li', link(5 + i, 't=' + one.serial, label(one)));
			}).join('') + '</ul>' : '') +
		(others.length > 4 ? button(9, 'more', 'more') : '') + text('p class=soft', 'hint');
}

function phaseOf() {
	return instant(token.expiresAt) < Date.now() ? 'expired' : instant(token.renewalOpensAt) < Date.now() ? 'open' : '';
}

function show() {
	var hash = location.hash, title = 'add', top = byId('top'), html = '';
	token = load()[0];
	if (!storage) {
		message = { bad: say('noStorage') };
	} else if (making !== undefined) {
		title = 'make';
		html = makeScreen();
	} else if (hash === '#set') {
		title = 'setUp';
		html = setUpScreen() + toApp();
	} else if (!token || hash === '#add') {
		html = link(1, 'set', say('wayMail')) + link(2, 'i=', say('wayMake')) + toApp();
	} else if (hash === '#remove') {
		title = 'remove';
		html = text('p', 'removing') + '<p>' + escape(token.institutionName) + facts() + button(7, 'removeToken', 'remove');
	} else {
		title = '';
		html = passwordScreen();
	}
	if (token ? title : title !== 'add') { html += link(9, '', say('back')); }
	document.documentElement.lang = lang ? 'en' : 'ja';
	document.title = say(title || 'name');
	top.innerHTML = title ? text('h1 tabindex=-1', title) : tagged('h1 tabindex=-1 lang=ja', escape(token.institutionName));
	top.style.borderColor = !title && token.accentColor || '';
	byId('notice').textContent = message.good || '';
	byId('errorSummary').innerHTML = (message.bad || '') + (message.wrong || []).map(function (name) {
		return link(fields().indexOf(name) + 1, name, bad(name));
	}).join('');
	byId('screen').innerHTML = html;
	byId('foot').innerHTML = keyed(0, 'a href=# id=lang', say('otherLang'));
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
		keepCode(hash);
		typed = {};
		return go('#set');
	}
	load().forEach(function (one) {
		if (hash === '#t=' + one.serial) {
			from = 0;
			keep(one);
		}
	});
	message = carried;
	carried = {};
	making = (/^#i=(.*)/.exec(hash) || [])[1];
	if (making !== undefined && !banks) { loadBanks(); }
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
			message = { bad: ' ', wrong: wrong };
			return show();
		}
		delete body.downloadLink;
		body.downloadCode = code();
		fetchToken('activations', body, {}, 'submitActivation');
	},
	make: function () {
		fetchToken('enrollments', { institution: making }, {}, 'make');
	},
	retry: route,
	registered: function () {
		delete token.todo;
		keep(token);
		show();
	},
	copy: function () {
		getSelection().selectAllChildren(byId('serial'));
		if (document.execCommand('copy')) { byId('copy').textContent = say('copied'); }
	},
	renew: function () {
		fetchToken('renewals', { serial: token.serial, otp: Otp.at(token, step) }, token, 'renew');
	},
	more: function () {
		from = from + 4 < load().length - 1 ? from + 4 : 0;
		show();
		byId('more').focus();
	},
	removeToken: function () {
		put('k.tokens', JSON.stringify(without(token.serial)));
		carried = { good: say('removed', token) };
		go('#');
	}
};

function on(type, act) { document.addEventListener(type, act); }

on('click', function (event) {
	var node = event.target, act, aim;
	while (node && !node.accessKey) { node = node.parentNode; }
	act = node && ACTIONS[node.id];
	aim = node && node.hash && byId(node.hash.slice(1));
	if (act || aim) {
		event.preventDefault();
		return act ? act() : aim.focus();
	}
});

on('input', function (event) {
	if (event.target.id === 'choose') {
		collect();
		byId('banks').innerHTML = matching();
	}
});

on('keydown', function (event) {
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
		if (end - start < 1e4) { clockAhead = ((start + end) / 2 - instant(answer.now)) / 1000; }
		warnOfClock();
	}, function () { });
}

function warnOfClock() {
	var box = byId('clockWarning'), off = Math.abs(clockAhead);
	if (box) { box.textContent = off > token.period / 2 ? say('clock', { n: span(off), off: say(clockAhead > 0 ? 'fast' : 'slow') }) : ''; }
}

window.onhashchange = route;
route();
setInterval(tick, 500);

if (worker) { worker.register('sw.js'); }
}());
