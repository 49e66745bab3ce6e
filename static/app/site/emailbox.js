// The email field of the invite window: a combobox over the accounts that
// there are. Any other address may be typed.
import { get } from '../lib/api.js';
import { h, html, useEffect, useId, useRef, useState } from '../lib/index.js';
import { Avatar, FieldError } from '../lib/ui.js';
import { announce } from '../lib/announce.js';
import { plural } from '../lib/text.js';
import { split } from './match.js';

/** @typedef {import('./kinds.js').Account} Account */

const PAUSE = 150; // between the last key and asking

/**
 * @param {{label?: string, value: string, error?: string, known: string[], mark: string, onInput: (v: string) => void,
 *   onPick: (a: Account) => void, required?: boolean}} props mark is said of the addresses that are known already
 */
export function EmailBox({ label = 'Email address', value, error, known, mark, onInput, onPick, required }) {
	const id = useId();
	const [found, setFound] = useState(/** @type {Account[]} */ ([]));
	const [open, setOpen] = useState(false);
	const [at, setAt] = useState(-1);
	const typed = useRef(false);
	useEffect(() => {
		if (!typed.current || !value.trim()) {
			setFound([]);
			return undefined;
		}
		const stop = new AbortController();
		const timer = setTimeout(() => {
			get(`/accounts?q=${encodeURIComponent(value.trim())}&limit=6`, stop.signal).then(({ accounts }) => {
				setFound(accounts);
				setAt(-1);
				setOpen(true);
				if (accounts.length) announce(`${plural(accounts.length, 'person', 'people')} found`, 'accounts');
			}, () => { /* without suggestions the address is typed whole */ });
		}, PAUSE);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [value]);
	const shown = open && found.length > 0;
	/** @param {Account} a */
	const pick = (a) => {
		typed.current = false;
		setOpen(false);
		onPick(a);
	};
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		if (e.key === 'Escape' && shown) {
			e.preventDefault();
			e.stopPropagation();
			setOpen(false);
		} else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && found.length) {
			e.preventDefault();
			setOpen(true);
			const step = e.key === 'ArrowDown' ? 1 : -1;
			setAt(shown ? (at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length : step > 0 ? 0 : found.length - 1);
		} else if (e.key === 'Enter' && shown && at >= 0) {
			e.preventDefault();
			pick(found[at]);
		}
	};
	return html`<div class="field combo ${error ? 'wrong' : ''}">
		<label for=${id}>${label}</label>
		<span class="input-wrap"><input id=${id} name="email" type="email" autofocus role="combobox" autocomplete="off" autocapitalize="off" spellcheck=${false} required=${required}
			aria-autocomplete="list" aria-expanded=${String(shown)} aria-controls="${id}-list" aria-activedescendant=${shown && at >= 0 ? `${id}-${at}` : undefined}
			aria-invalid=${error ? 'true' : undefined} aria-describedby=${error ? `${id}-error` : undefined} value=${value}
			onInput=${(/** @type {any} */ e) => { typed.current = true; onInput(e.currentTarget.value); }} onKeyDown=${keys} onBlur=${() => setOpen(false)} /></span>
		<ul class="combo-list" id="${id}-list" role="listbox" aria-label="People with an account" hidden=${!shown}>
			${found.map((a, i) => html`<li key=${a.email} id="${id}-${i}" role="option" aria-selected=${String(i === at)} class=${i === at ? 'on' : ''}
				onPointerDown=${(/** @type {Event} */ e) => e.preventDefault()} onPointerMove=${() => setAt(i)} onClick=${() => pick(a)}>
				${h(Avatar, { id: a.email, name: a.name, size: 32 })}
				<span class="combo-words"><b>${h(Match, { text: a.name, query: value })}</b><span>${h(Match, { text: a.email, query: value })}</span></span>
				${known.some((e) => e.toLowerCase() === a.email.toLowerCase()) ? html`<span class="chip grey">${mark}</span>` : i === at && html`<kbd aria-hidden="true">↵</kbd>`}
			</li>`)}
		</ul>
		${h(FieldError, { id: `${id}-error` }, error)}
	</div>`;
}

/** Text with what was typed made bold. @param {{text: string, query: string}} props */
function Match({ text, query }) {
	const [before, hit, after] = split(text, query);
	return html`${before}${hit && html`<mark>${hit}</mark>`}${after}`;
}
