import { h, html, useLayoutEffect, useReducer, useRef, useEffect } from './index.js';
import { ListWindow } from './window.js';

const NEAR = 40;

/**
 * A long list of which only the visible rows are in the document. It keeps the
 * reader's place when rows come, go or change their height; at the end it
 * follows (`follow`).
 * @param {object} props
 * @param {any[]} props.items
 * @param {(item: any) => string} props.keyOf
 * @param {(item: any, index: number) => any} props.row
 * @param {string} props.label
 * @param {boolean} [props.follow]
 * @param {() => void} [props.onTop] near the first row
 * @param {(atEnd: boolean) => void} [props.onEnd]
 * @param {{current: {toEnd: () => void, atEnd: () => boolean}|null}} [props.handle]
 * @param {any} [props.before] drawn above the first row
 * @param {any} [props.after] drawn below the last row
 * @param {string} [props.class]
 */
export function List({ items, keyOf, row, label, follow = false, onTop, onEnd, handle, before, after, class: className = '' }) {
	const win = useRef(/** @type {ListWindow} */ (/** @type {any} */ (null)));
	win.current ??= new ListWindow();
	const w = win.current;
	const scroller = useRef(/** @type {HTMLDivElement|null} */ (null));
	const body = useRef(/** @type {HTMLDivElement|null} */ (null));
	const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
	const at = useRef({ top: 0, height: 800, stuck: follow, anchor: /** @type {ReturnType<ListWindow['anchor']>} */ (null), lead: 0 });
	const a = at.current;
	const cb = useRef({ onTop, onEnd });
	cb.current = { onTop, onEnd };

	w.setKeys(items.map(keyOf));
	// Where to draw: what will be in view once this is laid out.
	const top = a.stuck ? Math.max(0, w.total - a.height) : a.anchor ? w.topOf(a.anchor) : Math.max(0, a.top - a.lead);
	const r = w.range(top, a.height);

	const remember = () => {
		const el = /** @type {HTMLDivElement} */ (scroller.current);
		a.lead = body.current?.offsetTop ?? 0;
		a.top = el.scrollTop;
		a.height = el.clientHeight || a.height;
		a.anchor = el.scrollTop > a.lead || !follow ? w.anchor(Math.max(0, a.top - a.lead)) : w.anchor(0);
		if (el.scrollTop <= 0 && !follow) a.anchor = null;
	};
	const settle = () => {
		const el = /** @type {HTMLDivElement} */ (scroller.current);
		if (!el.clientHeight) return;
		const want = a.stuck ? el.scrollHeight - el.clientHeight : a.anchor ? w.topOf(a.anchor) + (body.current?.offsetTop ?? 0) : el.scrollTop;
		if (Math.abs(want - el.scrollTop) >= 1) el.scrollTop = want;
		a.top = el.scrollTop;
		a.height = el.clientHeight;
	};
	const measure = () => {
		let changed = false;
		for (const el of /** @type {HTMLElement[]} */ ([...(body.current?.children ?? [])])) {
			const key = el.dataset.key;
			if (key === undefined) continue;
			const height = el.getBoundingClientRect().height;
			if (height && w.measure(key, height)) changed = true;
		}
		return changed;
	};

	useLayoutEffect(() => {
		const changed = measure();
		settle();
		if (changed) redraw(0);
	});

	useLayoutEffect(() => {
		const el = /** @type {HTMLDivElement} */ (scroller.current);
		let width = 0;
		const onResize = () => {
			if (!el.clientHeight) return;
			const wide = el.clientWidth;
			if (width && wide !== width) w.clear();
			width = wide;
			measure();
			settle();
			redraw(0);
		};
		const seen = new ResizeObserver(onResize);
		seen.observe(el);
		if (body.current) seen.observe(body.current);
		const onScroll = () => {
			if (!el.clientHeight) return;
			const gap = el.scrollHeight - el.clientHeight - el.scrollTop;
			const end = gap < NEAR;
			// Only a move up leaves the end: late measuring makes the gap grow too.
			const was = a.stuck;
			if (follow) a.stuck = end || (a.stuck && el.scrollTop >= a.top);
			if (a.stuck !== was) cb.current.onEnd?.(a.stuck);
			remember();
			redraw(0);
			if (el.scrollTop < 300) cb.current.onTop?.();
		};
		el.addEventListener('scroll', onScroll, { passive: true });
		return () => {
			seen.disconnect();
			el.removeEventListener('scroll', onScroll);
		};
	}, []);

	useEffect(() => {
		if (!handle) return undefined;
		handle.current = {
			toEnd: () => {
				a.stuck = true;
				settle();
				redraw(0);
				cb.current.onEnd?.(true);
			},
			atEnd: () => a.stuck,
		};
		return () => { handle.current = null; };
	}, []);

	return html`<div class="list ${className}" ref=${scroller} role="region" aria-label=${label} tabindex="0">
		${before}
		<div ref=${body} role="list" class="list-rows">
			<div role="presentation" style=${{ height: `${r.before}px` }}></div>
			${items.slice(r.from, r.to).map((item, i) => {
				const key = keyOf(item);
				return h('div', { key, 'data-key': key, role: 'listitem', class: 'list-row' }, row(item, r.from + i));
			})}
			<div role="presentation" style=${{ height: `${Math.max(0, r.after)}px` }}></div>
		</div>
		${after}
	</div>`;
}
