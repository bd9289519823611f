/* Time-based one-time passwords (RFC 6238) without WebCrypto. Messages are arrays of bytes. */
var Otp = (function () {
'use strict';

var TWO32 = 4294967296;

/** Product of two numbers in 16-bit limbs, the lowest first. */
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

/** First 64 bits of the fraction of a square or cube root, in exact integers. */
function fraction(prime, power) {
	var root = [0, 0, 0, 0, 0], bit, product;
	for (bit = 69; bit >= 0; bit--) {
		root[bit >> 4] |= 1 << bit % 16;
		product = multiply(root, power > 2 ? multiply(root, root) : root);
		if (product[power * 4] + product[power * 4 + 1] * 65536 >= prime) { root[bit >> 4] ^= 1 << bit % 16; }
	}
	return [root[3] << 16 | root[2], root[1] << 16 | root[0]];
}

/** The constants of SHA-512 (FIPS 180-4) from the first primes; SHA-256 uses their upper halves. */
function constants(count, power) {
	var list = [], n, d;
	for (n = 2; list.length < count; n++) {
		for (d = 2; n % d; d++) { }
		if (d === n) { list.push(fraction(n, power)); }
	}
	return list;
}

var START = constants(8, 2), ROUND = constants(80, 3);

function upper(pair) { return pair[0]; }

/** Lower half of a, b shifted right by n: a rotation when a is b. */
function cut(a, b, n) { return a >>> n | b << (32 - n); }

/** Bytes to words with closing bit and length; block is 64 or 128. */
function pad(bytes, block) {
	var words = [], i, total = Math.ceil((bytes.length + 1 + block / 8) / block) * block / 4;
	for (i = 0; i < total; i++) { words.push(0); }
	for (i = 0; i < bytes.length; i++) { words[i >> 2] |= bytes[i] << (24 - i % 4 * 8); }
	words[i >> 2] |= 128 << (24 - i % 4 * 8);
	words[total - 1] = bytes.length * 8;
	return words;
}

function toBytes(words) {
	var bytes = [], i;
	for (i = 0; i < words.length * 4; i++) { bytes.push(words[i >> 2] >>> (24 - i % 4 * 8) & 255); }
	return bytes;
}

function sha1(bytes) {
	var words = pad(bytes, 64), h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0], at, t, w, s, b, c, d, x;
	for (at = 0; at < words.length; at += 16) {
		w = words.slice(at, at + 16);
		s = h.slice();
		for (t = 0; t < 80; t++) {
			if (t > 15) {
				x = w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16];
				w[t] = cut(x, x, 31);
			}
			b = s[1];
			c = s[2];
			d = s[3];
			x = t < 20 ? (d ^ b & (c ^ d)) + 0x5a827999 :
				t < 40 ? (b ^ c ^ d) + 0x6ed9eba1 :
				t < 60 ? (b & c | d & (b | c)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
			s = [cut(s[0], s[0], 27) + x + s[4] + w[t] | 0, s[0], cut(b, b, 2), c, d];
		}
		for (t = 0; t < 5; t++) { h[t] = h[t] + s[t] | 0; }
	}
	return toBytes(h);
}

function sha256(bytes) {
	var words = pad(bytes, 64), h = START.map(upper), at, t, w, s, x, y, t1, t2;
	for (at = 0; at < words.length; at += 16) {
		w = words.slice(at, at + 16);
		s = h.slice();
		for (t = 0; t < 64; t++) {
			if (t > 15) {
				x = w[t - 15];
				y = w[t - 2];
				w[t] = (cut(x, x, 7) ^ cut(x, x, 18) ^ x >>> 3) + (cut(y, y, 17) ^ cut(y, y, 19) ^ y >>> 10) +
					w[t - 7] + w[t - 16] | 0;
			}
			x = s[0];
			y = s[4];
			t1 = s[7] + (cut(y, y, 6) ^ cut(y, y, 11) ^ cut(y, y, 25)) + (s[6] ^ y & (s[5] ^ s[6])) + ROUND[t][0] + w[t];
			t2 = (cut(x, x, 2) ^ cut(x, x, 13) ^ cut(x, x, 22)) + (x & s[1] | s[2] & (x | s[1]));
			s = [t1 + t2 | 0, x, s[1], s[2], s[3] + t1 | 0, y, s[5], s[6]];
		}
		for (t = 0; t < 8; t++) { h[t] = h[t] + s[t] | 0; }
	}
	return toBytes(h);
}

/** Sum of 64-bit numbers: pairs of halves. */
function add() {
	var hi = 0, lo = 0, i;
	for (i = 0; i < arguments.length; i++) {
		hi += arguments[i][0];
		lo += arguments[i][1] >>> 0;
	}
	return [hi + Math.floor(lo / TWO32) | 0, lo | 0];
}

/** Three rotations of a 64-bit number xor-ed. */
function rotations(x, m, n, o) {
	function half(i, by) { return by < 32 ? cut(x[i], x[1 - i], by) : cut(x[1 - i], x[i], by - 32); }
	return [half(0, m) ^ half(0, n) ^ half(0, o), half(1, m) ^ half(1, n) ^ half(1, o)];
}

/** Two rotations and a shift of a 64-bit number xor-ed. */
function spread(x, m, n, shift) {
	var all = rotations(x, m, n, shift);
	return [all[0] ^ x[1] << (32 - shift), all[1]];
}

function sha512(bytes) {
	var words = pad(bytes, 128), h = START.slice(), at, t, w, s, t1, t2;
	function choose(i) { return s[6][i] ^ s[4][i] & (s[5][i] ^ s[6][i]); }
	function majority(i) { return s[0][i] & s[1][i] | s[2][i] & (s[0][i] | s[1][i]); }
	for (at = 0; at < words.length; at += 32) {
		w = [];
		s = h.slice();
		for (t = 0; t < 80; t++) {
			w[t] = t < 16 ? [words[at + t * 2], words[at + t * 2 + 1]] :
				add(spread(w[t - 15], 1, 8, 7), spread(w[t - 2], 19, 61, 6), w[t - 7], w[t - 16]);
			t1 = add(s[7], rotations(s[4], 14, 18, 41), [choose(0), choose(1)], ROUND[t], w[t]);
			t2 = add(rotations(s[0], 28, 34, 39), [majority(0), majority(1)]);
			s = [add(t1, t2), s[0], s[1], s[2], add(s[3], t1), s[4], s[5], s[6]];
		}
		for (t = 0; t < 8; t++) { h[t] = add(h[t], s[t]); }
	}
	return toBytes([].concat.apply([], h));
}

var HASHES = { SHA1: sha1, SHA256: sha256, SHA512: sha512 };

/** RFC 2104 */
function hmac(hash, key, message) {
	var inner = [], outer = [], block = hash === sha512 ? 128 : 64, i;
	if (key.length > block) { key = hash(key); }
	for (i = 0; i < block; i++) {
		inner.push(key[i] ^ 0x36);
		outer.push(key[i] ^ 0x5c);
	}
	return hash(outer.concat(hash(inner.concat(message))));
}

/** RFC 4648 section 6; null when the text is not base32. */
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

/** The password of one time step (RFC 4226 section 5.3). */
function at(token, step) {
	var mac = hmac(HASHES[token.algorithm], base32(token.secret), toBytes([Math.floor(step / TWO32), step % TWO32]));
	var from = mac[mac.length - 1] & 15;
	var number = (mac[from] & 127) * 16777216 + (mac[from + 1] << 16 | mac[from + 2] << 8 | mac[from + 3]);
	return ('0000000' + number).slice(-token.digits);
}

/** Whether it can make passwords. */
function usable(token) {
	var secret = base32(token.secret || '');
	return secret && secret.length > 9 && HASHES[token.algorithm] && token.digits > 5 && token.digits < 9 && token.period > 0;
}

return { at: at, usable: usable };
}());
