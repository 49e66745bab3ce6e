import { h, html, signal, useEffect, useRef } from '../index.js';
import { Icon } from '../icons.js';
import { announce } from '../announce.js';
import { Button, IconButton } from './button.js';

/**
 * @typedef {object} Toast
 * @property {string} id
 * @property {string} title
 * @property {string} [text]
 * @property {string} [icon]
 * @property {'accent'|'mod'|'ok'|'warn'|'error'|'grey'} [tone]
 * @property {{label: string, primary?: boolean, onClick?: () => void}[]} [actions]
 * @property {boolean} [sticky] stays until it is dismissed
 * @property {number} [ms] six seconds by default
 */

/** @type {import('../index.js').Signal<Toast[]>} */
const toasts = signal([]);
let counter = 0;

/**
 * Shows a toast, or changes the one with this id in place. At most two are
 * shown; the oldest passing one makes room.
 * @param {Omit<Toast, 'id'> & {id?: string, quiet?: boolean}} what
 * @returns {string} its id
 */
export function toast(what) {
	const { quiet, ...rest } = what;
	const next = { ...rest, id: what.id ?? `toast-${++counter}` };
	const others = toasts.value.filter((t) => t.id !== next.id);
	const known = others.length < toasts.value.length;
	while (others.length > 1) others.splice(Math.max(0, others.findIndex((t) => !t.sticky)), 1);
	toasts.value = known ? toasts.value.map((t) => (t.id === next.id ? next : t)) : [...others, next];
	if (!quiet) announce([next.title, next.text].filter(Boolean).join('. '), next.id);
	return next.id;
}

/** @param {string} id */
export function dismissToast(id) {
	toasts.value = toasts.value.filter((t) => t.id !== id);
}

/** Where toasts stand. One per page, placed by the page's style. @param {{class?: string}} props */
export function ToastHost({ class: className = '' }) {
	if (!toasts.value.length) return null;
	return html`<section class="toasts ${className}" aria-label="Notifications">${toasts.value.map((t) => h(One, { key: t.id, toast: t }))}</section>`;
}

/** @param {{toast: Toast}} props */
function One({ toast: t }) {
	const timer = useRef(0);
	const stop = () => clearTimeout(timer.current);
	const start = () => {
		stop();
		if (!t.sticky) timer.current = window.setTimeout(() => dismissToast(t.id), t.ms ?? 6000);
	};
	useEffect(() => {
		start();
		return stop;
	}, [t]);
	return html`<div class="toast ${t.actions?.length && t.text && t.actions.length > 1 ? 'tall' : ''}" onPointerEnter=${stop} onPointerLeave=${start} onFocusIn=${stop} onFocusOut=${start}
		onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') dismissToast(t.id); }}>
		${t.icon && html`<span class="toast-icon ${t.tone ?? 'grey'}">${h(Icon, { name: t.icon, size: 18 })}</span>`}
		<div class="toast-words"><p class="toast-title">${t.title}</p>${t.text && html`<p class="toast-text">${t.text}</p>`}</div>
		${t.actions?.length ? html`<div class="toast-actions">${t.actions.map((a) => h(Button, {
			key: a.label, size: 'xs', kind: a.primary ? 'primary' : 'ghost', onClick: () => { dismissToast(t.id); a.onClick?.(); },
		}, a.label))}</div>` : null}
		${h(IconButton, { icon: 'close', label: 'Dismiss', size: 'xs', class: 'toast-close', onClick: () => dismissToast(t.id) })}
	</div>`;
}
