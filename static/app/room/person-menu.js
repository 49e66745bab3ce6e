// What one may do to a person, from a row of the list or of the chat.
import { h, html } from '../lib/index.js';
import { Avatar, Menu, confirm, roleWords, toast } from '../lib/ui.js';
import { firstName } from '../lib/text.js';
import { attempt } from './attempt.js';

/** @typedef {import('../wire.d.ts').Person & Partial<import('../wire.d.ts').RosterPerson>} Someone */
/** @typedef {import('./store.js').Room} Room */

const ranks = ['', 'viewer', 'speaker', 'moderator', 'manager'];

/** Whether somebody of role a may act on somebody of role b. @param {string} a @param {string} b */
export const mayActOn = (a, b) => ranks.indexOf(a) > ranks.indexOf(b) || (a === 'manager' && b === 'manager');

/** @param {{room: Room, person: Someone, size?: 'xs'|'sm'}} props */
export function PersonMenu({ room, person, size = 'xs' }) {
	const you = room.core.value.you;
	if (!you || you.id === person.id || !mayActOn(you.role, person.role)) return null;
	const items = itemsFor(room, person);
	if (!items.length) return null;
	return h(Menu, {
		label: `Actions for ${person.name}`, size, items,
		head: html`${h(Avatar, { id: person.id, name: person.name, size: 36 })}<span><b>${person.name}</b><small>${headline(person)}</small></span>`,
	});
}

/** @param {Someone} p */
function headline(p) {
	const role = p.guest ? 'Guest' : roleWords[p.role]?.word ?? '';
	if (p.removed) return `${role}, removed`;
	if (p.devices === undefined) return role;
	return p.devices ? `${role}, on ${p.devices} ${p.devices === 1 ? 'device' : 'devices'}` : `${role}, not here now`;
}

/** @param {Room} room @param {Someone} p @returns {(import('../lib/ui/menu.js').MenuItem|'rule')[]} */
function itemsFor(room, p) {
	const manage = room.can('manage');
	if (p.removed) return manage ? [{ label: 'Let in again', icon: 'undo', onSelect: () => attempt(room.command('readmit', { participant: p.id })) }] : [];
	/** @type {(import('../lib/ui/menu.js').MenuItem|'rule')[]} */
	const items = manage ? roleItems(room, p) : [];
	if (room.can('moderate_chat') || manage) {
		if (items.length) items.push('rule');
		items.push(...muteItems(room, p));
	}
	if (manage) items.push('rule', { label: 'Remove from the room…', icon: 'leave', danger: true, onSelect: () => remove(room, p) });
	return items;
}

/** @param {Room} room @param {Someone} p */
function roleItems(room, p) {
	/** @type {(import('../lib/ui/menu.js').MenuItem|'rule')[]} */
	const items = [];
	if (p.role === 'viewer') items.push({ label: 'Promote to speaker', icon: 'mic', onSelect: () => setRole(room, p, 'speaker') });
	if (p.role === 'viewer' || p.role === 'speaker') items.push({ label: 'Promote to moderator…', icon: 'shield', onSelect: () => setRole(room, p, 'moderator') });
	if (p.role === 'moderator') items.push({ label: 'Promote to manager…', icon: 'key', onSelect: () => setRole(room, p, 'manager') });
	if (p.role === 'manager') items.push({ label: 'Make moderator…', icon: 'shield', onSelect: () => setRole(room, p, 'moderator') });
	if (p.role === 'moderator') items.push({ label: 'Make speaker', icon: 'mic', onSelect: () => setRole(room, p, 'speaker') });
	if (p.role !== 'viewer') items.push({ label: 'Back to viewer', icon: 'person', onSelect: () => setRole(room, p, 'viewer') });
	return items;
}

/** @param {Room} room @param {Someone} p */
function muteItems(room, p) {
	if (p.muted_until && (p.muted_until < 0 || p.muted_until > room.clock.now())) return [{ label: 'Unmute', icon: 'chat', onSelect: () => attempt(room.command('unmute', { participant: p.id })) }];
	const mute = (/** @type {number} */ minutes) => async () => {
		const done = await attempt(room.command('mute', { participant: p.id, minutes }));
		if (done) toast({ icon: 'muted', tone: 'grey', title: `${p.name} is muted${minutes ? ` for ${minutes} min` : ''}`, actions: [{ label: 'Undo', onClick: () => attempt(room.command('unmute', { participant: p.id })) }] });
	};
	return [{
		label: 'Mute chat', icon: 'muted', hint: '1, 5, 30 min',
		items: [
			{ label: 'For 1 minute', icon: 'timer', onSelect: mute(1) }, { label: 'For 5 minutes', icon: 'timer', onSelect: mute(5) },
			{ label: 'For 30 minutes', icon: 'timer', onSelect: mute(30) }, { label: 'Until lifted', icon: 'muted', onSelect: mute(0) },
		],
	}];
}

/** What a role lets somebody do, for the question before it is given. @type {Record<string, string>} */
const effects = {
	moderator: 'can review questions, mute people and read the backchannel from now on.',
	manager: 'can do everything here: change roles, remove people, invite, open and end the session.',
};

/** @param {Room} room @param {Someone} p @param {'viewer'|'speaker'|'moderator'|'manager'} role */
async function setRole(room, p, role) {
	if (role === 'moderator' || role === 'manager') {
		const yes = await ask(room, { title: `Make ${p.name} a ${role}?`, text: `${firstName(p.name)} ${effects[role]}`, action: `Make ${role}` });
		if (!yes) return;
	}
	await attempt(room.command('set_role', { participant: p.id, role }));
}

/** @param {Room} room @param {Someone} p */
async function remove(room, p) {
	const yes = await ask(room, { title: `Remove ${p.name}?`, text: `${firstName(p.name)} leaves the room on every device and can’t come back, also not by another link, until a manager lets them in again.`, action: 'Remove', danger: true });
	if (!yes) return;
	const done = await attempt(room.command('remove', { participant: p.id }));
	if (done) toast({ icon: 'leave', tone: 'grey', title: `${p.name} was removed`, actions: [{ label: 'Undo', onClick: () => attempt(room.command('readmit', { participant: p.id })) }] });
}

/** Asks in a dialog that closes by itself when the right to manage goes. @param {Room} room @param {{title: string, text: string, action: string, danger?: boolean}} what */
export async function ask(room, what) {
	const stop = new AbortController();
	const entry = { needs: /** @type {const} */ ('manage'), close: () => stop.abort() };
	room.dialogs.add(entry);
	try {
		return await confirm({ ...what, signal: stop.signal });
	} finally {
		room.dialogs.delete(entry);
	}
}
