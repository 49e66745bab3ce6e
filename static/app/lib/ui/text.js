import { html } from '../index.js';
import { linkify } from '../text.js';

/**
 * Text from a person: its addresses are links, and a name of mine after @ is
 * marked.
 * @param {{text: string, me?: string}} props
 */
export function Text({ text, me }) {
	return linkify(text).map((part, i) => (part.href
		? html`<a key=${i} href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>`
		: me ? marked(part.text, me, i) : part.text));
}

/** @param {string} text @param {string} me @param {number} key */
function marked(text, me, key) {
	const at = mention(text, me);
	if (!at) return text;
	return html`<span key=${key}>${text.slice(0, at.from)}<strong class="mention">${text.slice(at.from, at.to)}</strong>${text.slice(at.to)}</span>`;
}

/**
 * Where text speaks to somebody: "@Léa" or "@Léa Fournier".
 * @param {string} text @param {string} name @returns {{from: number, to: number}|null}
 */
export function mention(text, name) {
	const low = text.toLowerCase();
	const full = name.trim().toLowerCase();
	for (const n of [full, full.split(/\s+/)[0]]) {
		if (n.length < 2) continue;
		const from = low.indexOf(`@${n}`);
		const to = from + n.length + 1;
		if (from >= 0 && !/[\p{L}\p{N}]/u.test(text[to] ?? '')) return { from, to };
	}
	return null;
}
