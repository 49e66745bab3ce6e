// The focus is never lost: when what has it goes, it goes to the nearest place
// around that is still there.

/** @type {HTMLElement[]} what has the focus, and what is around it, from the inside out */
let last = [];

/** @param {Element|null} el @returns {HTMLElement[]} it and everything around it */
export function trail(el) {
	const out = [];
	for (let at = /** @type {HTMLElement|null} */ (el); at && at !== document.body; at = at.parentElement) out.push(at);
	return out;
}

/** Gives the focus to the first of these that is still there and can take it. @param {HTMLElement[]} places */
export function restore(places) {
	const shown = places.filter((el) => el.isConnected && el.checkVisibility());
	const own = shown[0] === places[0] ? shown[0] : null;
	const place = own ?? shown.map(stop).find(Boolean) ?? document.querySelector('main');
	if (place && place !== own && place.tabIndex < 0 && !place.hasAttribute('tabindex')) place.tabIndex = -1;
	place?.focus({ preventScroll: true });
}

/** Where one stops on the way out: a list, the chosen tab of its panel or of the tabs, a dialog, the page. @param {HTMLElement} el @returns {HTMLElement|null} */
function stop(el) {
	if (el.matches('.list, dialog, main')) return el;
	if (el.matches('[role=tablist], .panel')) return el.querySelector('[role=tab][aria-selected=true]');
	if (el.matches('[role=tabpanel]')) return document.getElementById(el.getAttribute('aria-labelledby') ?? '');
	return null;
}

/** Watches over the focus of this page. */
export function keepFocus() {
	document.addEventListener('focusin', (e) => { last = trail(/** @type {Element} */ (e.target)); });
	document.addEventListener('focusout', (e) => {
		// Left by hand, and not because it went.
		const left = /** @type {HTMLElement} */ (e.target);
		queueMicrotask(() => { if (left === last[0] && left.isConnected && document.activeElement === document.body) last = []; });
	});
	new MutationObserver(() => {
		if (!last.length || last[0].isConnected || (document.activeElement && document.activeElement !== document.body)) return;
		const places = last;
		last = [];
		restore(places);
	}).observe(document.body, { childList: true, subtree: true });
}
