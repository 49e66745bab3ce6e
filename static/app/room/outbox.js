// What was on its way when the page went, for the page that comes after it in
// this tab. The same client says it again with the same ids, so the server
// writes nothing twice.

/** @typedef {import('./store.js').Pending} Pending */
/** @typedef {{client: string, counter: number, who: string, rows: Pending[]}} Outbox */

/** @param {string} room */
const key = (room) => `greenroom-outbox:${room}`;

/**
 * Takes what was left, out of the store: a tab that is duplicated must not find
 * it too, since two pages can't be one client.
 * @param {string} room @returns {Outbox|null}
 */
export function takeOutbox(room) {
	try {
		const left = JSON.parse(sessionStorage.getItem(key(room)) ?? 'null');
		sessionStorage.removeItem(key(room));
		return /^[a-z0-9]{16,64}$/.test(left?.client) && left.counter > 0 && Array.isArray(left.rows) ? left : null;
	} catch {
		return null;
	}
}

/** Leaves it for the next page, if there is something to say. @param {string} room @param {Outbox} left */
export function leaveOutbox(room, left) {
	try {
		if (left.rows.length && left.who) sessionStorage.setItem(key(room), JSON.stringify(left));
		else sessionStorage.removeItem(key(room));
	} catch { /* not kept over a reload */ }
}
