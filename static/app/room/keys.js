import { useEffect } from '../lib/index.js';
import { openHelp } from './help.js';

/** The room's keys. They don't take a letter from anybody who writes. @param {import('./store.js').Room} room */
export function useKeys(room) {
	useEffect(() => {
		/** @param {KeyboardEvent} e */
		const onKey = (e) => {
			if (document.querySelector('dialog[open]')) return;
			const writing = /** @type {HTMLElement} */ (e.target).closest?.('input, textarea, select, [contenteditable]');
			if (e.altKey && !e.ctrlKey && !e.metaKey) {
				const digit = /^Digit([1-5])$/.exec(e.code);
				if (digit) {
					const tab = room.tabsOf(room.core.value)[Number(digit[1]) - 1];
					if (!tab) return;
					e.preventDefault();
					room.show(tab);
					document.getElementById(`room-tab-${tab}`)?.focus();
				} else if (e.code === 'KeyM') {
					e.preventDefault();
					/** @type {HTMLElement|null} */ (document.querySelector('.panel-page:not([hidden]) [data-composer]'))?.focus();
				}
				return;
			}
			if (e.key === '?' && !writing) {
				e.preventDefault();
				openHelp();
			}
		};
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [room]);
}
