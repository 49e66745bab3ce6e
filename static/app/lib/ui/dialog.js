import { h, html, render, useId, useLayoutEffect, useRef } from '../index.js';
import { Button } from './button.js';
import { trail, restore } from '../focus.js';
import { Icon } from '../icons.js';

/**
 * A modal dialog on the native element. It is open while it is drawn; onClose
 * is asked for by Escape, the cross and a press beside it. The focus goes to
 * what has autofocus, or to the first field, and afterwards back.
 * @param {object} props
 * @param {string} props.title
 * @param {() => void} props.onClose
 * @param {any} [props.children]
 * @param {any} [props.foot] the buttons; what stands first goes left with class "left"
 * @param {number} [props.width] 520 by default
 * @param {boolean} [props.cross] a close button at the top
 * @param {'dialog'|'alertdialog'} [props.role]
 * @param {(e: Event) => void} [props.onSubmit] makes the whole a form
 * @param {string} [props.class]
 */
export function Dialog({ title, onClose, children, foot, width = 520, cross = false, role, onSubmit, class: className = '' }) {
	const id = useId();
	const ref = useRef(/** @type {HTMLDialogElement|null} */ (null));
	useLayoutEffect(() => {
		const el = /** @type {HTMLDialogElement} */ (ref.current);
		const before = document.activeElement === document.body ? [] : trail(document.activeElement);
		el.style.setProperty('--dialog-width', `${width}px`);
		if (!el.open) el.showModal();
		/** @type {HTMLElement|null} */ (el.querySelector('[autofocus]') ?? el.querySelector('input:checked, input:not([type=radio]), select, textarea'))?.focus();
		return () => {
			el.close();
			if (before.length) restore(before);
		};
	}, []);
	const cancel = (/** @type {Event} */ e) => {
		e.preventDefault();
		onClose();
	};
	const down = useRef(false);
	const inner = html`
		<div class="dialog-body">
			<div class="dialog-top"><h2 id=${id}>${title}</h2>${cross && html`<button type="button" class="icon-button sm" aria-label="Close" onClick=${onClose}>${h(Icon, { name: 'close', size: 18 })}</button>`}</div>
			${children}
		</div>
		${foot && html`<div class="dialog-foot">${foot}</div>`}`;
	return html`<dialog ref=${ref} class="dialog ${className}" role=${role} aria-labelledby=${id} onCancel=${cancel}
		onPointerDown=${(/** @type {any} */ e) => { down.current = e.target === ref.current; }}
		onClick=${(/** @type {any} */ e) => { if (down.current && e.target === ref.current) onClose(); }}>
		${onSubmit ? html`<form class="dialog-inner" novalidate onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); onSubmit(e); }}>${inner}</form>` : html`<div class="dialog-inner">${inner}</div>`}
	</dialog>`;
}

/**
 * Asks before something that can't be taken back lightly. Resolves to true
 * when it was confirmed.
 * @param {{title: string, text: any, action: string, danger?: boolean, signal?: AbortSignal}} what
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action, danger, signal }) {
	return new Promise((resolve) => {
		const place = document.createElement('div');
		document.body.append(place);
		const done = (/** @type {boolean} */ yes) => {
			render(null, place);
			place.remove();
			resolve(yes);
		};
		signal?.addEventListener('abort', () => done(false), { once: true });
		render(h(Dialog, {
			title, role: 'alertdialog', onClose: () => done(false),
			foot: [
				h(Button, { key: 'no', kind: 'ghost', onClick: () => done(false) }, 'Cancel'),
				h(Button, { key: 'yes', kind: danger ? 'danger' : 'primary', autofocus: true, onClick: () => done(true) }, action),
			],
		}, html`<p class="dialog-text">${text}</p>`), place);
	});
}
