// What a channel's list shows, row by row: messages in groups, the rule before
// what is new, and what is still on its way.

/** @typedef {import('../wire.d.ts').ChatMessage} ChatMessage */
/**
 * @typedef {{kind: 'message', key: string, m: ChatMessage, head: boolean}
 *   | {kind: 'rule', key: string}
 *   | {kind: 'pending', key: string, p: import('./store.js').Pending}} Row
 */

const TOGETHER = 2 * 60_000;

/** Rows already made, so that an unchanged one stays the same object. @type {WeakMap<ChatMessage, Extract<Row, {kind: 'message'}>>} */
const made = new WeakMap();

/** @param {ChatMessage} m @param {boolean} head */
function messageRow(m, head) {
	const old = made.get(m);
	if (old && old.head === head) return old;
	const row = { kind: /** @type {const} */ ('message'), key: m.id, m, head };
	made.set(m, row);
	return row;
}

/**
 * @param {ChatMessage[]} messages @param {string|undefined} newSince @param {import('./store.js').Pending[]} pending
 * @returns {Row[]}
 */
export function rowsOf(messages, newSince, pending) {
	/** @type {Row[]} */
	const rows = [];
	/** @type {ChatMessage|undefined} */
	let before;
	for (const m of messages) {
		const rule = newSince === m.id;
		if (rule) rows.push({ kind: 'rule', key: `rule-${m.id}` });
		const head = rule || !before || before.from.id !== m.from.id || before.from.role !== m.from.role || m.at - before.at > TOGETHER;
		rows.push(messageRow(m, head));
		before = m;
	}
	for (const p of pending) rows.push({ kind: 'pending', key: p.key, p });
	return rows;
}
