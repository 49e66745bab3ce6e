// The way into a live medium from its page.
import { asProblem, post } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Button, Dialog, Field, LinkButton, Notice, toast } from '../lib/ui.js';
import { useFirstError } from './ask.js';
import { OpenFile } from './demand.js';
import { stateOf } from './kinds.js';
import { me } from './session.js';
import { signInPath } from './shell.js';

/** @typedef {import('./kinds.js').Medium} Medium */

/** The way in, for who may take it. @param {{medium: Medium}} props */
export function Enter({ medium }) {
	const [asking, setAsking] = useState(false);
	const state = stateOf(medium);
	if (!medium.live) return h(OpenFile, { medium });
	if (medium.mine.manage) return h(LinkButton, { href: `/r/${medium.id}`, kind: 'primary', icon: 'door' }, 'Enter the room');
	if (state === 'ended') return null;
	const words = state === 'live' ? 'Enter the room' : 'Wait in the lobby';
	if (medium.mine.role) return h(LinkButton, { href: `/r/${medium.id}`, kind: 'primary', icon: 'door' }, words);
	if (medium.access === 'invited') return html`<p class="quiet">Open the invitation link in your email to enter.</p>`;
	if (medium.access === 'accounts' && !me.value) return h(LinkButton, { href: signInPath(), kind: 'primary' }, 'Sign in to enter');
	const go = async () => {
		if (!me.value) {
			setAsking(true);
			return;
		}
		try {
			location.assign((await post(`/media/${medium.id}/enter`, {})).url);
		} catch (err) {
			toast({ title: 'You are still outside', text: asProblem(err).detail, icon: 'warn', tone: 'error' });
		}
	};
	return html`${h(Button, { kind: 'primary', icon: 'door', onClick: go }, words)}
		${asking && h(EnterWindow, { medium, onClose: () => setAsking(false) })}`;
}

/** Asks a guest for a name and an email. @param {{medium: Medium, onClose: () => void}} props */
function EnterWindow({ medium, onClose }) {
	const [name, setName] = useState('');
	const [email, setEmail] = useState('');
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	const enter = async () => {
		if (busy) return;
		/** @type {Record<string, string>} */
		const found = {};
		if (!name.trim()) found.name = 'Say what people call you';
		if (!email.trim()) found.email = 'Your email address is needed';
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			const { url } = await post(`/media/${medium.id}/enter`, { name: name.trim(), email: email.trim() });
			location.assign(url);
		} catch (err) {
			const p = asProblem(err);
			setErrors({ [p.field ?? (p.code === 'domain_blocked' ? 'email' : 'form')]: p.detail });
			setBusy(false);
		}
	};
	return h(Dialog, {
		title: `Enter ${medium.title}`, onClose, cross: true, onSubmit: enter,
		foot: [h(Button, { key: 'no', kind: 'ghost', onClick: onClose }, 'Cancel'), h(Button, { key: 'yes', kind: 'primary', type: 'submit', busy }, 'Enter')],
	}, html`
		${h(Field, { label: 'Your name', name: 'name', autocomplete: 'name', autofocus: true, value: name, onInput: setName, error: errors.name })}
		${h(Field, { label: 'Email', name: 'email', type: 'email', autocomplete: 'email', hint: 'Only the hosts see it.', value: email, onInput: setEmail, error: errors.email })}
		${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}`);
}
