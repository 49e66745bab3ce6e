// Text from people, made into parts that are drawn as text nodes and links.
// Nothing here ever becomes markup.

/** @typedef {{text: string, href?: string}} Part */

const URL_LIKE = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+/gi;

/**
 * Splits text into plain parts and links. Only http and https are links; the
 * punctuation after an address is no part of it.
 * @param {string} text @returns {Part[]}
 */
export function linkify(text) {
	/** @type {Part[]} */
	const parts = [];
	let from = 0;
	for (const match of text.matchAll(URL_LIKE)) {
		const shown = trimEnd(match[0]);
		const href = safeUrl(/^www\./i.test(shown) ? `https://${shown}` : shown);
		if (!href) continue;
		if (match.index > from) parts.push({ text: text.slice(from, match.index) });
		parts.push({ text: shown, href });
		from = match.index + shown.length;
	}
	if (from < text.length) parts.push({ text: text.slice(from) });
	return parts;
}

/** @param {string} url */
function trimEnd(url) {
	let end = url.length;
	while (end > 0) {
		const c = url[end - 1];
		if ('.,;:!?…»”’'.includes(c)) end--;
		else if (c === ')' && count(url.slice(0, end), ')') > count(url.slice(0, end), '(')) end--;
		else if (c === ']' && count(url.slice(0, end), ']') > count(url.slice(0, end), '[')) end--;
		else break;
	}
	return url.slice(0, end);
}

/** @param {string} s @param {string} c */
const count = (s, c) => s.split(c).length - 1;

/** Returns url if it is http or https, or ''. @param {string} url */
export function safeUrl(url) {
	try {
		const u = new URL(url);
		return (u.protocol === 'https:' || u.protocol === 'http:') && u.hostname ? u.href : '';
	} catch {
		return '';
	}
}

/** Returns the path that to names on this site, or '/' where it leads elsewhere.
 * It asks the parser that browsers go by: they skip tabs, and take \ for /.
 * @param {string} to @param {string} origin */
export function ownPath(to, origin) {
	try {
		const u = new URL(to, origin);
		return to.startsWith('/') && u.origin === origin && !u.pathname.startsWith('//') ? u.pathname + u.search : '/';
	} catch {
		return '/';
	}
}

/** One or two letters for an avatar. @param {string} name */
export function initials(name) {
	const words = name.trim().split(/[\s_]+/).filter((w) => /\p{L}|\p{N}/u.test(w));
	if (!words.length) return '?';
	const first = [...words[0].replace(/^[^\p{L}\p{N}]+/u, '')][0] ?? '';
	const last = words.length > 1 ? [...words[words.length - 1].replace(/^[^\p{L}\p{N}]+/u, '')][0] ?? '' : '';
	return (first + last).toUpperCase();
}

/** A number from 1 to 6, the same for the same id. @param {string} id */
export function tint(id) {
	let h = 2166136261;
	for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 16777619);
	return ((h >>> 0) % 6) + 1;
}

/** @param {string} name */
export const firstName = (name) => name.trim().split(/\s+/)[0] ?? '';

const numbers = new Intl.NumberFormat('en');
/** 1284 becomes 1,284. @param {number} n */
export const count1000 = (n) => numbers.format(n);

/** "1 vote", "2 votes". @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${count1000(n)} ${n === 1 ? one : many}`;
