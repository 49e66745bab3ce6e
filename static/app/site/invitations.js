// The ledger: who is invited, where they are, as what, when and by whom.
import { asProblem, del } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { count1000 } from '../lib/text.js';
import { Avatar, Button, confirm, Icon, Menu, Notice, RoleChip, Segmented, toast } from '../lib/ui.js';
import { useAsk } from './ask.js';
import { mayInvite } from './doorway.js';
import { openInvite } from './invite.js';
import { FILTERS, firstNames, whereIs } from './kinds.js';
import { clock } from './session.js';
import { Loading, OldNews } from './states.js';
import { myZone, stamp } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Invite} Invite */

const PAGE = 50;

/** @param {{medium: Medium, policy?: import('./kinds.js').Policy}} props */
export function Invitations({ medium, policy }) {
	const answer = useAsk(`/media/${medium.id}/invites`, 5000);
	const [filter, setFilter] = useState('all');
	const [most, setMost] = useState(PAGE);
	const invites = /** @type {{invites: Invite[]}|undefined} */ (answer.data)?.invites;
	const chosen = FILTERS.find((f) => f.id === filter) ?? FILTERS[0];
	const shown = (invites ?? []).filter(chosen.has);
	const can = mayInvite(medium, policy);
	const invite = (/** @type {Partial<Invite>} */ prefill = {}) => openInvite(medium, { prefill, onDone: answer.again });
	/** @param {Invite} i */
	const revoke = async (i) => {
		const text = i.state === 'redeemed' ? 'The link stops working. They stay in the room: remove them in the Participants tab.' : 'The link stops working at once. You can invite them again.';
		if (!await confirm({ title: `Revoke the invitation of ${i.first} ${i.last}?`, text, action: 'Revoke', danger: true })) return;
		try {
			await del(`/media/${medium.id}/invites/${i.id}`);
			toast({ title: `${i.first}’s invitation is revoked`, icon: 'ban', tone: 'ok' });
		} catch (err) {
			toast({ title: 'It was not revoked', text: asProblem(err).detail, icon: 'warn', tone: 'error' });
		}
		answer.again();
	};
	return html`<section class="invitations" aria-labelledby="invitations-title">
		<div class="row-head">
			<h2 class="section-title" id="invitations-title">Invitations</h2>
			${invites && invites.length > 0 && h(Segmented, {
		label: 'Which invitations', value: filter, onChange: (/** @type {string} */ f) => { setFilter(f); setMost(PAGE); },
		options: FILTERS.map((f) => ({ value: f.id, label: f.name, count: invites.filter(f.has).length })),
	})}
			${can && invites && invites.length > 0 && html`<div class="end">${h(Button, { kind: 'primary', icon: 'plus', onClick: () => invite() }, 'Invite users')}</div>`}
		</div>
		${h(WhyNot, { medium, policy })}
		${h(OldNews, { problem: invites ? answer.problem : null })}
		${!invites ? (answer.problem ? h(Notice, { tone: 'error', icon: 'warn' }, answer.problem.detail) : h(Loading, {}))
		: invites.length === 0 ? h(NoOne, { invite: can ? () => invite() : null })
			: h(Ledger, { invites: shown.slice(0, most), more: shown.length - most, onMore: () => setMost(most + PAGE), empty: `No invitation is in “${chosen.name}”.`, revoke, invite: can ? invite : null })}
	</section>`;
}

/** Says which rule keeps invitations away. @param {{medium: Medium, policy?: import('./kinds.js').Policy}} props */
function WhyNot({ medium, policy }) {
	if (mayInvite(medium, policy)) return null;
	if (policy && !policy.enabled) return h(Notice, { icon: 'info' }, 'Invitations are switched off by the administrator.');
	if (medium.channel) return h(Notice, { icon: 'info' }, 'To invite people to a channel’s room, open its Participants tab during the session.');
	if (!medium.collaboration) return h(Notice, { icon: 'info' }, html`People can be invited to a room while chat and collaboration are on. <a href="/m/${medium.id}?edit">Edit details</a>`);
	return null;
}

/** @param {{invite: (() => void)|null}} props */
function NoOne({ invite }) {
	return html`<div class="sheet ledger-empty">
		${h(Icon, { name: 'mail', size: 32 })}
		<b>No one invited yet.</b>
		<p>A link carries a role and takes its person straight to the door.</p>
		${invite && h(Button, { kind: 'primary', icon: 'plus', onClick: invite }, 'Invite users')}
	</div>`;
}

const COLUMNS = ['Person', 'Where they are', 'Role', 'When', 'Invited by'];

/** @param {{invites: Invite[], more: number, onMore: () => void, empty: string, revoke: (i: Invite) => void, invite: ((prefill: Partial<Invite>) => void)|null}} props */
function Ledger({ invites, more, onMore, empty, revoke, invite }) {
	if (!invites.length) return html`<p class="sheet ledger-none">${empty}</p>`;
	return html`<div class="sheet ledger">
		<div role="table" aria-labelledby="invitations-title">
			<div role="rowgroup"><div role="row" class="ledger-head">${COLUMNS.map((c) => html`<span key=${c} role="columnheader">${c}</span>`)}<span role="columnheader"><span class="sr-only">Actions</span></span></div></div>
			<div role="rowgroup">${invites.map((i) => h(Row, { key: i.id, i, revoke, invite }))}</div>
		</div>
		${more > 0 && html`<div class="ledger-foot">${h(Button, { kind: 'ghost', onClick: onMore }, `Show ${count1000(Math.min(PAGE, more))} more of ${count1000(more)}`)}</div>`}
	</div>`;
}

/** @param {{i: Invite, revoke: (i: Invite) => void, invite: ((prefill: Partial<Invite>) => void)|null}} props */
function Row({ i, revoke, invite }) {
	const name = `${i.first} ${i.last}`;
	const live = i.state === 'sent' || i.state === 'opened' || (i.state === 'redeemed' && i.max_uses !== 1);
	const items = [
		invite && { label: 'Make a new link', icon: 'link', onSelect: () => invite(i) },
		live && /** @type {const} */ ('rule'),
		live && { label: 'Revoke…', icon: 'ban', danger: true, onSelect: () => revoke(i) },
	];
	return html`<div role="row" class="ledger-row">
		<div role="cell" class="ledger-person">${h(Avatar, { id: i.email, name, size: 32 })}<div><b>${name}</b><span>${i.email}</span></div></div>
		<div role="cell">${h(Where, { i })}</div>
		<div role="cell" class="ledger-role">${h(RoleChip, { role: i.role })}</div>
		<div role="cell" class="ledger-when">${stamp(i.redeemed_at || i.created_at, clock.now(), myZone())}</div>
		<div role="cell" class="ledger-by"><span class="narrow-words">by </span>${firstNames([i.by])}</div>
		<div role="cell" class="ledger-menu">${items.some(Boolean) && h(Menu, { label: `More about ${name}`, size: 'xs', items })}</div>
	</div>`;
}

/** Four dashes and a word; a problem has the triangle. @param {{i: Invite}} props */
function Where({ i }) {
	const at = whereIs(i);
	return html`<span class="where ${at.over ? 'over' : ''}">
		<span class="dashes" aria-hidden="true">${[1, 2, 3, 4].map((n) => html`<i key=${n} class=${n <= at.steps ? 'on' : ''}></i>`)}</span>${at.word}</span>`;
}
