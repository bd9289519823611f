/* Time-based one-time passwords (RFC 6238) without WebCrypto. Messages are arrays of bytes. */
var Otp = (function () {
'use strict';

var TWO32 = 4294967296;

// Product in 16-bit limbs, the lowest first.
function multiply(a, b) {
	var product = [], i, j;
	for (i = 0; i < a.length + b.length; i++) { product.push(0); }
	for (i = 0; i < a.length; i++) {
		for (j = 0; j < b.length; j++) { product[i + j] += a[i] * b[j]; }
	}
	for (i = 1; i < product.length; i++) {
		product[i] += Math.floor(product[i - 1] / 65536);
		product[i - 1] %= 65536;
	}
	return product;
}

// 64 bits of the fraction of a square or cube root, exactly.
function fraction(prime, power) {
	var root = [0, 0, 0, 0, 0], bit, product;
	for (bit = 69; bit >= 0; bit--) {
		root[bit >> 4] |= 1 << bit % 16;
		product = multiply(root, power > 2 ? multiply(root, root) : root);
		if (product[power * 4] + product[power * 4 + 1] * 65536 >= prime) { root[bit >> 4] ^= 1 << bit % 16; }
	}
	return [root[3] << 16 | root[2], root[1] << 16 | root[0]];
}

// Constants of SHA-512 (FIPS 180-4); SHA-256 uses their upper halves.
function constants(count, power) {
	var list = [], n, d;
	for (n = 2; list.length < count; n++) {
		for (d = 2; n % d; d++) { }
		if (d === n) { list.push(fraction(n, power)); }
	}
	return list;
}

var START = constants(8, 2), ROUND = constants(80, 3);

// Lower half of a, b shifted right by n: a rotation when a is b.
function cut(a, b, n) { return a >>> n | b << (32 - n); }

// Bytes to 32-bit numbers with closing bit and length, for blocks of 16 words.
function pad(bytes, size) {
	var words = [], i, n = bytes.length, total = Math.ceil((n + 1 + size * 8) / size / 64) * size * 16;
	bytes = bytes.concat(128);
	for (i = 0; i < total * 4; i++) { words[i >> 2] |= bytes[i] << (24 - i % 4 * 8); }
	words[total - 1] = n * 8;
	return words;
}

function toBytes(words) {
	var bytes = [], i;
	for (i = 0; i < words.length * 4; i++) { bytes.push(words[i >> 2] >>> (24 - i % 4 * 8) & 255); }
	return bytes;
}

// The frame of all: turn makes the next state of w, s and t, sum closes a block.
function digest(bytes, size, h, rounds, turn, sum) {
	var words = pad(bytes, size), t, w, s;
	function close(x, i) { return sum(x, s[i]); }
	while (words.length) {
		w = words.splice(0, size * 16);
		s = h;
		for (t = 0; t < rounds; t++) { s = turn(w, s, t); }
		h = h.map(close);
	}
	return toBytes([].concat.apply([], h));
}

function sha1(bytes) {
	return digest(bytes, 1, [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0], 80, function (w, s, t) {
		var b = s[1], c = s[2], d = s[3], x;
		if (t > 15) {
			x = w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16];
			w[t] = cut(x, x, 31);
		}
		x = t < 20 ? (d ^ b & (c ^ d)) + 0x5a827999 :
			t < 40 ? (b ^ c ^ d) + 0x6ed9eba1 :
			t < 60 ? (b & c | d & (b | c)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
		return [cut(s[0], s[0], 27) + x + s[4] + w[t] | 0, s[0], cut(b, b, 2), c, d];
	}, function (a, b) { return a + b | 0; });
}

function add(first) {
	var hi = 0, lo = 0, i;
	for (i = 0; i < arguments.length; i++) {
		hi += arguments[i][0];
		lo += arguments[i][1] >>> 0;
	}
	return [hi + Math.floor(lo / TWO32) | 0, lo | 0].slice(0, first.length);
}

// Three rotations of a word xor-ed, from n[i] on.
function rotations(x, n, i) {
	return x.map(function (high, at) {
		function half(by) {
			var low = x[(at + 1) % x.length];
			return by < 32 ? cut(high, low, by) : cut(low, high, by - 32);
		}
		return half(n[i]) ^ half(n[i + 1]) ^ half(n[i + 2]);
	});
}

// Two rotations and a shift of a word xor-ed.
function spread(x, n, i) {
	var all = rotations(x, n, i);
	all[0] ^= x[x.length - 1] << (32 - n[i + 2]);
	return all;
}

// SHA-256 (size 1) and SHA-512 (size 2): words are arrays of 32-bit halves; n: shifts.
function sha2(size, n) {
	function sized(pair) { return pair.slice(0, size); }
	return function (bytes) {
		return digest(bytes, size, START.map(sized), 48 + size * 16, function (w, s, t) {
			function choose(e, i) { return s[6][i] ^ e & (s[5][i] ^ s[6][i]); }
			function majority(a, i) { return a & s[1][i] | s[2][i] & (a | s[1][i]); }
			w[t] = t < 16 ? w.slice(t * size, t * size + size) : // ahead of what is written
				add(spread(w[t - 15], n, 0), spread(w[t - 2], n, 3), w[t - 7], w[t - 16]);
			var t1 = add(s[7], rotations(s[4], n, 6), s[4].map(choose), sized(ROUND[t]), w[t]);
			return [add(t1, rotations(s[0], n, 9), s[0].map(majority)),
				s[0], s[1], s[2], add(s[3], t1), s[4], s[5], s[6]];
		}, add);
	};
}

var HASHES = {
	SHA1: sha1,
	SHA256: sha2(1, [7, 18, 3, 17, 19, 10, 6, 11, 25, 2, 13, 22]),
	SHA512: sha2(2, [1, 8, 7, 19, 61, 6, 14, 18, 41, 28, 34, 39])
};

// RFC 2104
function hmac(hash, key, message) {
	var inner = [], outer = [], block = hash === HASHES.SHA512 ? 128 : 64, i;
	if (key.length > block) { key = hash(key); }
	for (i = 0; i < block; i++) {
		inner.push(key[i] ^ 0x36);
		outer.push(key[i] ^ 0x5c);
	}
	return hash(outer.concat(hash(inner.concat(message))));
}

// RFC 4648 section 6; null when the text is not base32.
function base32(text) {
	var bytes = [], bits = 0, held = 0, i, value;
	text = text.toUpperCase().replace(/[\s=-]/g, '');
	for (i = 0; i < text.length; i++) {
		value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(text.charAt(i));
		if (value < 0) { return null; }
		held = (held << 5 | value) & 4095;
		bits += 5;
		if (bits > 7) {
			bits -= 8;
			bytes.push(held >> bits & 255);
		}
	}
	return bytes;
}

// The password of one time step (RFC 4226 section 5.3).
function at(token, step) {
	var mac = hmac(HASHES[token.algorithm], base32(token.secret), toBytes([Math.floor(step / TWO32), step % TWO32]));
	var from = mac[mac.length - 1] & 15;
	var number = (mac[from] & 127) << 24 | mac[from + 1] << 16 | mac[from + 2] << 8 | mac[from + 3];
	return ('0000000' + number).slice(-token.digits);
}

function usable(token) {
	var secret = base32(token.secret || '');
	return secret && secret.length > 9 && HASHES[token.algorithm] && /^[68]$/.test(token.digits) && token.period > 0;
}

return { at: at, usable: usable };
}());
