import { h, html, useEffect, useId, useLayoutEffect, useRef, useState } from '../index.js';
import { Icon } from '../icons.js';

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {string} [hint] at the end, quiet
 * @property {boolean} [danger]
 * @property {string} [disabled] why
 * @property {boolean} [checked] makes it a radio item
 * @property {() => void} [onSelect]
 * @property {string} [href]
 * @property {MenuItem[]} [items] opens in place of the menu
 */

/**
 * A button that opens a menu below it. Arrow keys, Home, End and first letters
 * move; Escape closes and gives the focus back.
 * @param {object} props
 * @param {string} props.label the button's name
 * @param {(MenuItem|'rule'|null|false|undefined)[] | (() => (MenuItem|'rule'|null|false|undefined)[])} props.items
 * @param {any} [props.head] drawn above the items; names the person
 * @param {string} [props.icon]
 * @param {string} [props.class] of the button
 * @param {any} [props.children] the button's words, in place of the icon
 * @param {'xs'|'sm'|'md'} [props.size]
 */
export function Menu({ label, items, head, icon = 'more', class: className = '', children, size = 'sm' }) {
	const id = useId();
	const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const [open, setOpen] = useState(false);
	const close = (/** @type {boolean} */ focus) => {
		setOpen(false);
		if (focus) button.current?.focus();
	};
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
			e.preventDefault();
			setOpen(true);
		}
	};
	return html`<span class="menu-anchor">
		<button ref=${button} type="button" class="${children ? 'menu-button' : `icon-button ${size}`} ${className}" aria-haspopup="menu" aria-expanded=${String(open)}
			aria-controls=${open ? id : undefined} aria-label=${label} title=${children ? undefined : label}
			onClick=${() => setOpen(!open)} onKeyDown=${keys}>${children ?? h(Icon, { name: icon, size: size === 'xs' ? 16 : 18 })}</button>
		${open && h(List, { id, label, head, items: (typeof items === 'function' ? items() : items), anchor: button, close })}
	</span>`;
}

/** @param {{id: string, label: string, head: any, items: (MenuItem|'rule'|null|false|undefined)[], anchor: any, close: (focus: boolean) => void}} props */
function List({ id, label, head, items, anchor, close }) {
	const list = useRef(/** @type {HTMLDivElement|null} */ (null));
	const [sub, setSub] = useState(/** @type {MenuItem|null} */ (null));
	useLayoutEffect(() => {
		const el = /** @type {HTMLDivElement} */ (list.current);
		if (el.showPopover && !el.matches(':popover-open')) el.showPopover();
		place(el, anchor.current);
		/** @type {HTMLElement|null} */ (el.querySelector('[role^=menuitem]'))?.focus({ preventScroll: true });
	}, [sub]);
	useEffect(() => {
		/** @param {Event} e */
		const away = (e) => {
			const at = /** @type {Node} */ (e.target);
			if (!list.current?.contains(at) && !anchor.current?.contains(at)) close(false);
		};
		const gone = () => close(false);
		document.addEventListener('pointerdown', away, true);
		window.addEventListener('resize', gone);
		return () => {
			document.removeEventListener('pointerdown', away, true);
			window.removeEventListener('resize', gone);
		};
	}, []);
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		const all = /** @type {HTMLElement[]} */ ([...(list.current?.querySelectorAll('[role^=menuitem]') ?? [])]);
		const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
		const go = (/** @type {number} */ i) => { e.preventDefault(); all[(i + all.length) % all.length]?.focus(); };
		if (e.key === 'ArrowDown') go(at + 1);
		else if (e.key === 'ArrowUp') go(at - 1);
		else if (e.key === 'Home') go(0);
		else if (e.key === 'End') go(all.length - 1);
		else if (e.key === 'Tab') close(true);
		else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); close(true); }
		else if (e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey) {
			const hit = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((x) => x.textContent?.trim().toLowerCase().startsWith(e.key.toLowerCase()));
			hit?.focus();
		}
	};
	/** @param {MenuItem} item */
	const choose = (item) => {
		if (item.disabled) return;
		if (item.items) {
			setSub(item);
			return;
		}
		close(true);
		item.onSelect?.();
	};
	return html`<div ref=${list} popover="manual" class="menu" onKeyDown=${keys}>
		${head && html`<div class="menu-head">${head}</div>`}
		<div role="menu" id=${id} aria-label=${label}>
		${(sub?.items ?? items).map((item, i) => !item ? null : item === 'rule' ? html`<div key=${i} class="menu-rule" role="separator"></div>` : html`
			<${item.href ? 'a' : 'button'} key=${i} type=${item.href ? undefined : 'button'} href=${item.href} class="menu-item ${item.danger ? 'danger' : ''}"
				role=${item.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked=${item.checked === undefined ? undefined : String(item.checked)}
				aria-haspopup=${item.items ? 'menu' : undefined} aria-disabled=${item.disabled ? 'true' : undefined} title=${item.disabled} tabindex="-1"
				onPointerMove=${(/** @type {any} */ e) => e.currentTarget.focus({ preventScroll: true })} onClick=${() => choose(item)}>
				${item.icon ? h(Icon, { name: item.icon, size: 18 }) : null}
				<span class="menu-label">${item.label}</span>
				${item.checked && h(Icon, { name: 'check', size: 16 })}${item.hint && html`<span class="menu-hint">${item.hint}</span>`}
			</${item.href ? 'a' : 'button'}>`)}
		</div>
	</div>`;
}

/** Puts a menu under its button, or above where there is no room. @param {HTMLElement} el @param {HTMLElement} anchor */
function place(el, anchor) {
	const a = anchor.getBoundingClientRect();
	const m = el.getBoundingClientRect();
	const rtl = getComputedStyle(anchor).direction === 'rtl';
	let left = rtl ? a.left : a.right - m.width;
	left = Math.max(8, Math.min(left, innerWidth - m.width - 8));
	let top = a.bottom + 4;
	if (top + m.height > innerHeight - 8) top = Math.max(8, a.top - m.height - 4);
	el.style.setProperty('left', `${left}px`);
	el.style.setProperty('top', `${top}px`);
}
