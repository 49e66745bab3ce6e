// Speaks to screen readers through two hidden live regions. Polite lines have
// a budget: at most one in three seconds; the newest of each kind wins.

const GAP = 3000;
/** A line is taken away again, so that nobody comes upon it later while reading the page. */
const STAYS = 5000;

/** @type {Record<'polite'|'assertive', HTMLElement|null>} */
const regions = { polite: null, assertive: null };
/** @type {Map<string, string>} */
const waiting = new Map();
let timer = 0;
let last = -Infinity;

/** @param {'polite'|'assertive'} how */
function region(how) {
	let el = regions[how];
	if (!el?.isConnected) {
		el = document.createElement('div');
		el.className = 'sr-only';
		el.setAttribute('role', how === 'polite' ? 'status' : 'alert');
		el.setAttribute('aria-live', how);
		el.setAttribute('aria-atomic', 'true');
		document.body.append(el);
		regions[how] = el;
	}
	return el;
}

/** @param {'polite'|'assertive'} how @param {string} text */
function say(how, text) {
	const line = document.createElement('p');
	line.textContent = text;
	region(how).replaceChildren(line);
	setTimeout(() => line.remove(), STAYS);
}

function flush() {
	timer = 0;
	const next = waiting.entries().next().value;
	if (!next) return;
	waiting.delete(next[0]);
	last = performance.now();
	say('polite', next[1]);
	if (waiting.size) timer = window.setTimeout(flush, GAP);
}

/**
 * Says text soon. A line of the same kind that still waits is replaced.
 * @param {string} text @param {string} [kind]
 */
export function announce(text, kind = text) {
	waiting.set(kind, text);
	if (timer) return;
	const due = Math.max(50, GAP - (performance.now() - last));
	timer = window.setTimeout(flush, due);
}

/** Says text at once, over whatever is being read: removal, the end. @param {string} text */
export function alertNow(text) {
	say('assertive', text);
}

/** Makes the regions, so that they exist before the first line. */
export function startAnnouncing() {
	region('polite');
	region('assertive');
}
