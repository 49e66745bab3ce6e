// Who is signed in, and what time it is by the server. One copy for all pages
// of the site.
import { api, get, post } from '../lib/api.js';
import { signal } from '../lib/index.js';
import { Clock } from '../lib/time.js';

/** @typedef {{email: string, name: string, admin: boolean}} Me */

/** undefined: not asked yet. null: nobody is signed in.
 * @type {import('../lib/index.js').Signal<Me|null|undefined>} */
export const me = signal(/** @type {any} */ (undefined));

export const clock = new Clock();

/** @param {{account: Me|null, now?: number}} answer @param {number} [asked] */
function take(answer, asked) {
	if (answer.now) clock.set(answer.now, asked);
	me.value = answer.account;
}

/** Asks who is signed in. It throws a Problem. @param {AbortSignal} [signal] */
export async function loadMe(signal) {
	const asked = performance.now();
	take(await get('/session', signal), asked);
}

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
	take(await post('/session', { email, password }));
}

/** @param {{token: string, email: string, name: string, password: string}} first */
export async function setUp(first) {
	take(await post('/setup', first));
}

export async function signOut() {
	await api('DELETE', '/session');
	me.value = null;
}
