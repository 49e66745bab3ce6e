// Moving the start of a live medium, with a word to those who wait.
import { asProblem, post } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Button, Dialog, Field, Notice, TextArea, toast } from '../lib/ui.js';
import { useFirstError } from './ask.js';
import { startInWords } from './form.js';
import { RadioCards } from './parts.js';
import { myZone, toLocal, zoneCity } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */

/** @param {{medium: Medium, onClose: () => void, onDone: (m: Medium) => void}} props */
export function DelayWindow({ medium, onClose, onDone }) {
	const zone = medium.zone || myZone();
	const at = medium.doors?.start ?? 0;
	const [how, setHow] = useState(/** @type {'time'|'notice'} */ ('time'));
	const [start, setStart] = useState(at ? toLocal(at, zone) : '');
	const [word, setWord] = useState(medium.doors?.word ?? '');
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	const submit = async () => {
		if (busy) return;
		if (how === 'time' && !start) {
			setErrors({ start: 'Say when it starts' });
			return;
		}
		setBusy(true);
		try {
			const when = how === 'time' ? { start, zone } : {};
			const m = await post(`/media/${medium.id}/doors`, { do: 'delay', ...when, ...(word.trim() ? { word: word.trim() } : {}) });
			toast({ title: how === 'time' ? 'The start has moved' : 'Delayed until further notice', text: 'Those who wait see it now.', icon: 'clock', tone: 'ok' });
			onDone(m);
		} catch (err) {
			const p = asProblem(err);
			setErrors({ [p.field && ['start', 'word'].includes(p.field) ? p.field : 'form']: p.detail });
			setBusy(false);
		}
	};
	return h(Dialog, {
		title: 'Reschedule or delay', onClose, cross: true, onSubmit: submit, width: 540,
		foot: [
			h(Button, { key: 'no', kind: 'ghost', onClick: onClose }, 'Cancel'),
			h(Button, { key: 'yes', kind: 'primary', type: 'submit', busy }, how === 'time' ? 'Move the start' : 'Delay'),
		],
	}, html`
		<p class="dialog-sub">${medium.title}</p>
		${h(/** @type {typeof RadioCards<'time'|'notice'>} */ (RadioCards), {
		legend: 'New start', name: 'how', value: how, onChange: setHow, options: [
			{ value: 'time', label: 'At a time', hint: 'The countdown moves for everyone' },
			{ value: 'notice', label: 'Until further notice', hint: 'You open the doors when you are ready' },
		],
	})}
		${how === 'time' && h(Field, { label: `Start in ${zoneCity(zone)}`, name: 'start', type: 'datetime-local', value: start, onInput: setStart, error: errors.start, hint: startInWords({ start, zone }, myZone()) })}
		${h(TextArea, { label: 'A word to those who wait', name: 'word', optional: true, rows: 2, maxlength: 300, value: word, onInput: setWord, error: errors.word, placeholder: 'The projector is on its way.' })}
		${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}`);
}
