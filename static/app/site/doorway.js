// The row of actions under the picture: enter, open, copy, and the three dots.
import { asProblem, del, post } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Button, confirm, CopyButton, Dialog, Field, LinkButton, Menu, Notice, toast } from '../lib/ui.js';
import { OpenFile } from './demand.js';
import { DelayWindow } from './delay.js';
import { openInvite } from './invite.js';
import { stateOf } from './kinds.js';
import { me } from './session.js';
import { signInPath } from './shell.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Policy} Policy */

const rule = /** @type {const} */ ('rule');

/** @param {{medium: Medium, policy?: Policy, changed: (m: Medium) => void}} props */
export function Doorway({ medium, policy, changed }) {
	const [dialog, setDialog] = useState('');
	const [busy, setBusy] = useState(false);
	const state = stateOf(medium);
	const { manage } = medium.mine;
	const shut = () => setDialog('');
	/** @param {'open'|'end'} what */
	const doors = async (what) => {
		setBusy(true);
		try {
			changed(await post(`/media/${medium.id}/doors`, { do: what }));
			toast({ title: what === 'open' ? 'The doors are open' : 'The session has ended', icon: 'door', tone: 'ok' });
		} catch (err) {
			failed(what === 'open' ? 'The doors are still shut' : 'The session goes on', err);
		}
		setBusy(false);
	};
	const end = async () => {
		if (await confirm({ title: `End ${medium.title}?`, text: 'Everyone leaves the room. This cannot be undone.', action: 'End the session', danger: true })) doors('end');
	};
	const remove = async () => {
		const text = medium.live ? 'Its room, its chat and every invitation go with it. People inside are sent out.' : 'Every invitation to it goes with it.';
		if (!await confirm({ title: `Delete ${medium.title}?`, text, action: 'Delete', danger: true })) return;
		try {
			await del(`/media/${medium.id}`);
			location.assign('/');
		} catch (err) {
			failed('It was not deleted', err);
		}
	};
	return html`<div class="actions">
		${h(Enter, { medium })}
		${manage && (state === 'scheduled' || state === 'delayed') && h(Button, { busy, onClick: () => doors('open') }, 'Open the doors now')}
		<div class="end">
			${h(CopyButton, { kind: 'ghost', text: `${location.origin}/m/${medium.id}` }, html`Copy page<span class="wide-words"> link</span>`)}
			${manage && h(Menu, {
		label: 'More', size: 'md', items: () => [
			mayInvite(medium, policy) && { label: 'Invite users', icon: 'mail', onSelect: () => openInvite(medium) },
			medium.live && { label: 'Presenter view', icon: 'external', onSelect: () => { window.open(`/r/${medium.id}/present`, '_blank', 'noopener'); } },
			rule,
			{ label: 'Edit details', icon: 'edit', onSelect: () => location.assign(`/m/${medium.id}?edit`) },
			(state === 'scheduled' || state === 'delayed') && { label: 'Reschedule or delay…', icon: 'clock', onSelect: () => setDialog('delay') },
			state === 'live' && { label: 'End…', icon: 'stop', onSelect: end },
			rule,
			{ label: 'Delete…', icon: 'trash', danger: true, onSelect: remove },
		],
	})}
		</div>
		${dialog === 'delay' && h(DelayWindow, { medium, onClose: shut, onDone: (/** @type {Medium} */ m) => { shut(); changed(m); } })}
	</div>`;
}

/** @param {string} title @param {unknown} err */
function failed(title, err) {
	toast({ title, text: asProblem(err).detail, icon: 'warn', tone: 'error' });
}

/**
 * Whether the window of invitations opens from here: a channel's room has it
 * in its Participants tab alone, and a room without collaboration nowhere.
 * @param {Medium} m @param {Policy} [policy]
 */
export function mayInvite(m, policy) {
	if (!m.mine.may_invite || policy?.enabled === false || !m.invite_roles.length) return false;
	return m.kind !== 'room' || (m.collaboration && !m.channel);
}

/** The way in, for who may take it. @param {{medium: Medium}} props */
function Enter({ medium }) {
	const [asking, setAsking] = useState(false);
	const state = stateOf(medium);
	if (!medium.live) return h(OpenFile, { medium });
	if (medium.mine.manage) return h(LinkButton, { href: `/r/${medium.id}`, kind: 'primary', icon: 'door' }, 'Enter the room');
	if (state === 'ended') return null;
	const words = state === 'live' ? 'Enter the room' : 'Wait in the lobby';
	if (medium.mine.role) return h(LinkButton, { href: `/r/${medium.id}`, kind: 'primary', icon: 'door' }, words);
	if (medium.access === 'invited') return html`<p class="quiet">Open the invitation link in your email to enter.</p>`;
	if (medium.access === 'accounts' && !me.value) return h(LinkButton, { href: signInPath(), kind: 'primary' }, 'Sign in to enter');
	return html`${h(Button, { kind: 'primary', icon: 'door', onClick: () => setAsking(true) }, words)}
		${asking && h(EnterWindow, { medium, onClose: () => setAsking(false) })}`;
}

/** Asks a guest for a name; who is signed in goes straight in. @param {{medium: Medium, onClose: () => void}} props */
function EnterWindow({ medium, onClose }) {
	const [name, setName] = useState(me.value?.name ?? '');
	const [email, setEmail] = useState(me.value?.email ?? '');
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
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
