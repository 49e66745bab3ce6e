import { h, html, useEffect, useRef } from '../lib/index.js';
import { List } from '../lib/list.js';
import { Avatar, EmptyState, Icon, Menu, RoleChip, Chip, IconButton } from '../lib/ui.js';
import { count1000 } from '../lib/text.js';
import { clock } from '../lib/time.js';
import { receiptWords } from './notices.js';
import { PersonMenu } from './person-menu.js';
import { Drawing } from './drawings.js';

/** @typedef {import('./store.js').Room} Room */
/** @typedef {{kind: 'group', key: string, name: string, count: number} | {kind: 'person', key: string, p: import('../wire.d.ts').RosterPerson} | {kind: 'rest', key: string, left: number}} Row */

/** @type {Record<string, string>} */
const groupNames = { staff: 'Hosts and speakers', viewers: 'Viewers', removed: 'Removed' };

/** @param {import('../wire.d.ts').Roster|null} roster @returns {Row[]} */
function rowsOf(roster) {
	/** @type {Row[]} */
	const rows = [];
	for (const g of roster?.groups ?? []) {
		const people = g.people ?? [];
		if (!people.length && !g.count) continue;
		rows.push({ kind: 'group', key: `group-${g.name}`, name: groupNames[g.name] ?? g.name, count: g.count });
		for (const p of people) rows.push({ kind: 'person', key: p.id, p });
		if (g.count > people.length) rows.push({ kind: 'rest', key: `rest-${g.name}`, left: g.count - people.length });
	}
	return rows;
}

/** Who is here. @param {{room: Room}} props */
export function People({ room }) {
	const s = room.state.value;
	const rows = rowsOf(s.roster);
	const anybody = rows.some((r) => r.kind === 'person');
	const q = room.search.value;
	const timer = useRef(0);
	useEffect(() => () => clearTimeout(timer.current), []);
	/** @param {string} text */
	const search = (text) => {
		room.search.value = text;
		clearTimeout(timer.current);
		timer.current = window.setTimeout(() => room.openRoster(), 200);
	};
	/** @param {Row} row */
	const draw = (row) => (row.kind === 'person' ? h(PersonRow, { room, p: row.p })
		: row.kind === 'group' ? html`<h3 class="people-group">${row.name} <span class="num">${count1000(row.count)}</span></h3>`
			: html`<p class="people-rest">${count1000(row.left)} more. Search to find somebody.</p>`);
	return html`<div class="people">
		<div class="people-search"><span class="search-icon">${h(Icon, { name: 'search', size: 18 })}</span>
			<input type="search" aria-label="Search people" placeholder="Search people" value=${q} autocomplete="off" spellcheck=${false} maxlength="100" onInput=${(/** @type {any} */ e) => search(e.currentTarget.value)} />
			${q && h(IconButton, { icon: 'close', label: 'Clear the search', size: 'xs', onClick: () => search('') })}</div>
		<div class="people-head"><h2>All participants <span class="num">${s.roster ? count1000(s.roster.total) : ''}</span></h2>${room.can('manage') && h(InviteMenu, { room })}</div>
		${s.roster && !anybody
			? html`<div class="fill">${h(Drawing, { name: 'search' })}${q
				? h(EmptyState, { title: `No one called “${q}” is here`, text: 'They may be invited and not here yet.' })
				: h(EmptyState, { title: 'Nobody is here yet', text: 'People appear here as they come in.' })}</div>`
			: s.roster ? h(List, { items: rows, keyOf: keyOfRow, row: draw, label: 'Participants', class: 'people-list' })
				: html`<p class="people-rest" role="status">Loading…</p>`}
	</div>`;
}

/** @param {Row} row */
const keyOfRow = (row) => row.key;

/** @param {{room: Room}} props */
function InviteMenu({ room }) {
	const invite = async () => {
		const { openInvite } = await import('../site/invite.js');
		const info = room.state.value.room;
		if (info) openInvite(/** @type {any} */ (info));
	};
	return h(Menu, { label: 'More for all participants', items: [{ label: 'Invite users', icon: 'invite', onSelect: invite }] });
}

/** @param {{room: Room, p: import('../wire.d.ts').RosterPerson}} props */
function PersonRow({ room, p }) {
	const mine = p.id === room.state.value.you?.id;
	return html`<div class="person ${p.devices || p.role === 'viewer' ? '' : 'away'} ${p.removed ? 'gone' : ''}">
		${h(Avatar, { id: p.id, name: p.name })}
		<div class="person-words"><p class="person-name"><span class="person-full">${p.name}</span>${mine && html`<span class="quiet">you</span>`}
			${p.role !== 'viewer' ? h(RoleChip, { role: p.role }) : p.guest ? h(Chip, { tone: 'outline', icon: 'person' }, 'Guest') : null}</p>${h(Standing, { room, p })}</div>
		${h(PersonMenu, { room, person: p, size: 'sm' })}
	</div>`;
}

/** The line under a name: the receipt of a change first. @param {{room: Room, p: import('../wire.d.ts').RosterPerson}} props */
function Standing({ room, p }) {
	const receipt = room.state.value.receipts[p.id];
	if (p.removed) return html`<p class="person-line">Removed from the room</p>`;
	if (p.muted_until && (p.muted_until < 0 || p.muted_until > room.clock.now())) return html`<p class="person-line warn">${p.muted_until < 0 ? 'Muted until lifted' : `Muted until ${clock(p.muted_until)}`}</p>`;
	if (receipt && receipt.version === p.version && room.changes.value[p.id]) {
		const done = receipt.devices > 0 && receipt.applied === receipt.devices;
		return html`<p class="person-line ${done ? 'ok' : ''}">${h(Icon, { name: done ? 'checks' : 'clock', size: 14 })}${receiptWords(receipt)}</p>`;
	}
	if (!p.devices) return html`<p class="person-line">Not here now</p>`;
	if (p.role !== 'viewer' && p.devices > 1) return html`<p class="person-line">On ${p.devices} devices</p>`;
	return null;
}
