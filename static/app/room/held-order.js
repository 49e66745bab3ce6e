import { useRef } from '../lib/index.js';

/**
 * Keeps a list's order while somebody points at it or has the focus in it:
 * what is new comes last, what is gone goes, nothing moves. `moved` tells that
 * the true order is another one.
 * @template {{id: string}} T @param {T[]} sorted @param {string} view another view is another list
 */
export function useHeldOrder(sorted, view) {
	const held = useRef({ view, ids: /** @type {string[]} */ ([]), inside: false });
	const h = held.current;
	if (h.view !== view || !h.inside) {
		h.view = view;
		h.ids = sorted.map((x) => x.id);
	}
	const place = new Map(h.ids.map((id, i) => [id, i]));
	const items = [...sorted].sort((a, b) => (place.get(a.id) ?? 1e9) - (place.get(b.id) ?? 1e9));
	h.ids = items.map((x) => x.id);
	const moved = items.some((x, i) => x !== sorted[i]);
	/** @param {boolean} inside */
	const hold = (inside) => { h.inside = inside; };
	const release = () => { h.ids = sorted.map((x) => x.id); };
	return { items, moved, hold, release };
}
