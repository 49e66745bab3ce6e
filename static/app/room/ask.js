import { h, html, useLayoutEffect, useRef, useState } from '../lib/index.js';
import { Button, Checkbox } from '../lib/ui.js';
import { announce } from '../lib/announce.js';
import { asProblem } from '../lib/api.js';
import { bytes, loadDraft, saveDraft } from './drafts.js';
import { grow, silence } from './composer.js';

const LIMIT = 1200;

/** Where a question is put. @param {{room: import('./store.js').Room}} props */
export function AskBox({ room }) {
	const s = room.core.value;
	const [text, setText] = useState(() => loadDraft(room.id, 'ask'));
	const [anonymous, setAnonymous] = useState(false);
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState('');
	const [open, setOpen] = useState(false);
	const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
	const why = silence(s, room.can('manage'));
	const used = bytes(text);
	useLayoutEffect(() => grow(field.current, 6, 24), [text, room.tab.value, open]);
	/** @param {string} next */
	const change = (next) => {
		setText(next);
		setError('');
		saveDraft(room.id, 'ask', next);
	};
	const send = async () => {
		if (why || busy) return;
		if (!text.trim()) {
			field.current?.focus();
			return;
		}
		if (used > LIMIT) return setError('This is too long. Please shorten it.');
		setBusy(true);
		try {
			await room.command('ask', { text: text.trim(), ...(anonymous ? { anonymous } : {}) });
			change('');
			setOpen(false);
			announce(s.settings.premoderation ? 'Your question waits for review' : 'Your question is on the list');
		} catch (err) {
			setError(asProblem(err).detail);
		} finally {
			setBusy(false);
		}
		return undefined;
	};
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
			e.preventDefault();
			send();
		}
	};
	const wide = open || Boolean(text);
	return html`<form class="ask ${why ? 'off' : ''}" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); send(); }}>
		<div class="composer">
			<textarea ref=${field} rows="1" aria-label="Ask a question" placeholder=${why || 'Ask a question'} value=${text} readOnly=${Boolean(why)} aria-invalid=${error ? 'true' : undefined} aria-describedby=${error ? 'ask-error' : undefined} data-composer
				onFocus=${() => setOpen(true)} onInput=${(/** @type {any} */ e) => change(e.currentTarget.value)} onKeyDown=${keys}></textarea>
			${used > LIMIT * 0.8 && html`<span class="composer-count num ${used > LIMIT ? 'over' : ''}">${LIMIT - used}</span>`}
			${h(Button, { kind: 'primary', size: 'sm', type: 'submit', busy, disabled: why || false }, 'Ask')}
		</div>
		${error && html`<p class="composer-note over" id="ask-error" role="alert">${error}</p>`}
		${wide && !why && html`<div class="ask-more">${h(Checkbox, { label: 'Ask anonymously', checked: anonymous, onInput: setAnonymous })}
			<span class="quiet">${s.settings.premoderation ? 'Reviewed first' : ''}</span></div>`}
	</form>`;
}
