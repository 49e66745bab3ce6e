// The row of actions under the picture: enter, open, copy, and the three dots.
import { asProblem, del, post } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Button, confirm, CopyButton, Menu, toast } from '../lib/ui.js';
import { DelayWindow } from './delay.js';
import { ManagersWindow } from './managers.js';
import { Enter } from './enter.js';
import { openInvite } from './invite.js';
import { stateOf } from './kinds.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Policy} Policy */

const LIVE = { open: 'The doors are open', end: 'The session has ended' };
const DEMAND = { open: 'It is back', end: 'It is withdrawn' };
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
			toast({ title: (medium.live ? LIVE : DEMAND)[what], icon: 'check', tone: 'ok' });
		} catch (err) {
			failed('That did not work', err);
		}
		setBusy(false);
	};
	const end = async () => {
		if (await confirm({ title: `End ${medium.title}?`, text: 'Everyone sees that it is over. You can open it again from this page.', action: 'End the session', danger: true })) doors('end');
	};
	const withdraw = async () => {
		if (await confirm({ title: `Withdraw ${medium.title}?`, text: 'Its viewers cannot open it any more, until you bring it back.', action: 'Withdraw' })) doors('end');
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
			medium.mine.own && { label: 'Managers', icon: 'people', onSelect: () => setDialog('managers') },
			(state === 'scheduled' || state === 'delayed') && { label: 'Reschedule or delay…', icon: 'clock', onSelect: () => setDialog('delay') },
			state === 'live' && { label: 'End…', icon: 'stop', onSelect: end },
			state === 'ended' && { label: 'Open again', icon: 'undo', onSelect: () => doors('open') },
			rule,
			state === 'demand' && { label: 'Withdraw…', icon: 'hidden', onSelect: withdraw },
			state === 'withdrawn' && { label: 'Bring back', icon: 'undo', onSelect: () => doors('open') },
			medium.mine.own !== false && { label: 'Delete…', icon: 'trash', danger: true, onSelect: remove },
		],
	})}
		</div>
		${dialog === 'managers' && h(ManagersWindow, { medium, onClose: shut, onDone: (/** @type {Medium} */ m) => { shut(); changed(m); } })}
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
