// What is being written, kept in this tab so that a reload loses nothing.

/** @param {string} room @param {string} what */
const key = (room, what) => `greenroom-draft:${room}:${what}`;

/** @param {string} room @param {string} what */
export function loadDraft(room, what) {
	try {
		return sessionStorage.getItem(key(room, what)) ?? '';
	} catch {
		return '';
	}
}

/** @param {string} room @param {string} what @param {string} text */
export function saveDraft(room, what, text) {
	try {
		if (text) sessionStorage.setItem(key(room, what), text);
		else sessionStorage.removeItem(key(room, what));
	} catch { /* not kept over a reload */ }
}

/** @param {string} room @param {string} what */
export const clearDraft = (room, what) => saveDraft(room, what, '');

const encoder = new TextEncoder();
/** Length as the server counts it. @param {string} text */
export const bytes = (text) => encoder.encode(text).length;
