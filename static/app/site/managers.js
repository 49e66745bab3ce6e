// Who manages a medium besides its owner. All of them run it and invite; the
// owners also delete it and choose the others.
import { asProblem, patch } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Avatar, Button, Dialog, IconButton, Notice, toast } from '../lib/ui.js';
import { useFirstError } from './ask.js';
import { EmailBox } from './emailbox.js';
import { RIGHTS } from './kinds.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Collaborator} Collaborator */

/** @param {{medium: Medium, onClose: () => void, onDone: (m: Medium) => void}} props */
export function ManagersWindow({ medium, onClose, onDone }) {
	const [list, setList] = useState(medium.collaborators ?? []);
	const [email, setEmail] = useState('');
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	/** @param {Collaborator} c */
	const add = (c) => {
		setEmail('');
		setErrors({});
		if (!list.some((o) => o.email === c.email)) setList([...list, c]);
	};
	const submit = async () => {
		if (busy) return;
		const typed = email.trim().toLowerCase();
		const all = typed && !list.some((c) => c.email === typed) ? [...list, { email: typed, right: RIGHTS[1].id }] : list;
		setBusy(true);
		try {
			const collaborators = all.map(({ email: e, right }) => ({ email: e, right }));
			onDone(await patch(`/media/${medium.id}`, { collaborators }));
			toast({ title: 'Managers are saved', icon: 'check', tone: 'ok' });
		} catch (err) {
			const p = asProblem(err);
			setErrors({ [p.field === 'collaborators' && typed ? 'email' : 'form']: p.detail });
			setBusy(false);
		}
	};
	return h(Dialog, {
		title: 'Managers', onClose, cross: true, onSubmit: submit, width: 560, class: 'managers-window',
		foot: [h(Button, { key: 'no', kind: 'ghost', onClick: onClose }, 'Cancel'), h(Button, { key: 'yes', kind: 'primary', type: 'submit', busy }, busy ? 'Saving…' : 'Save')],
	}, html`
		<p class="dialog-sub">Everyone here runs ${medium.title} and may invite. They need an account.</p>
		${h(EmailBox, {
		label: 'Add by name or email', value: email, error: errors.email, onInput: setEmail,
		known: list.map((c) => c.email), mark: 'Manages it already',
		onPick: (/** @type {import('./kinds.js').Account} */ a) => add({ email: a.email, name: a.name, right: RIGHTS[1].id }),
	})}
		<ul class="managers-list" aria-label="Managers">
			<li>${h(Avatar, { id: medium.host, name: medium.host })}<div class="line-words"><b>${medium.host}</b></div><span class="quiet">Owner</span></li>
			${list.map((c) => html`<li key=${c.email}>${h(Avatar, { id: c.email, name: c.name || c.email })}
				<div class="line-words"><b>${c.name || c.email}</b>${c.name && html`<span>${c.email}</span>`}</div>
				<select aria-label="What ${c.name || c.email} is" value=${c.right} onChange=${(/** @type {any} */ e) => setList(list.map((o) => (o === c ? { ...c, right: e.currentTarget.value } : o)))}>
					${RIGHTS.map((r) => html`<option key=${r.id} value=${r.id} selected=${r.id === c.right}>${r.name}</option>`)}
				</select>
				${h(IconButton, { icon: 'close', size: 'xs', label: `Take ${c.name || c.email} off the list`, onClick: () => setList(list.filter((o) => o !== c)) })}
			</li>`)}
		</ul>
		<p class="quiet managers-note">A co-owner may also delete it and choose the managers.</p>
		${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}`);
}
