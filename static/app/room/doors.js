// What managers do with the doors, and how the room works.
import { h, html, render, useState } from '../lib/index.js';
import { post, asProblem } from '../lib/api.js';
import { Button, Dialog, Menu, Select, Switch, TextArea, toast, confirm } from '../lib/ui.js';
import { Icon } from '../lib/icons.js';
import { attempt } from './attempt.js';

/** @typedef {import('./store.js').Room} Room */

/** @param {Room} room @param {{do: 'open'|'delay'|'end', word?: string}} what */
async function doors(room, what) {
	try {
		await post(`/media/${room.id}/doors`, what);
		return true;
	} catch (err) {
		toast({ id: 'doors', icon: 'warn', tone: 'error', title: 'That was not done', text: asProblem(err).detail });
		return false;
	}
}

/** @param {Room} room */
export const openDoors = (room) => doors(room, { do: 'open' });

/** @param {Room} room */
export async function endSession(room) {
	const yes = await confirm({ title: 'End the session?', text: 'Everybody sees that it is over. You can open it again from its page.', action: 'End session', danger: true });
	if (yes) await doors(room, { do: 'end' });
}

/** @param {Room} room @returns {(import('../lib/ui/menu.js').MenuItem|'rule'|false)[]} */
export function managerItems(room) {
	const d = room.core.value.doors;
	return [
		d?.state === 'scheduled' && { label: 'Open the doors', icon: 'door', onSelect: () => openDoors(room) },
		d?.state === 'scheduled' && { label: 'Delay…', icon: 'clock', onSelect: () => show(room, Delay) },
		{ label: 'Room settings…', icon: 'settings', onSelect: () => show(room, Settings) },
		d?.state !== 'ended' && /** @type {const} */ ('rule'),
		d?.state !== 'ended' && { label: 'End session…', icon: 'stop', danger: true, onSelect: () => endSession(room) },
	];
}

/** @param {{room: Room}} props */
export function DoorsMenu({ room }) {
	return h(Menu, { label: 'Manage the session', class: 'manage', items: () => managerItems(room) }, html`${h(Icon, { name: 'key', size: 16 })}Manage${h(Icon, { name: 'chevron', size: 16 })}`);
}

/** @param {Room} room @param {any} What */
function show(room, What) {
	const place = document.createElement('div');
	document.body.append(place);
	const close = () => {
		room.dialogs.delete(entry);
		render(null, place);
		place.remove();
	};
	const entry = { needs: /** @type {const} */ ('manage'), close };
	room.dialogs.add(entry);
	render(h(What, { room, close }), place);
}

/** @param {{room: Room, close: () => void}} props */
function Delay({ room, close }) {
	const [word, setWord] = useState('');
	const send = async () => {
		if (await doors(room, { do: 'delay', ...(word.trim() ? { word: word.trim() } : {}) })) close();
	};
	return h(Dialog, {
		title: 'Delay until further notice?', onClose: close, onSubmit: send,
		foot: [h(Button, { key: 'c', kind: 'ghost', onClick: close }, 'Cancel'), h(Button, { key: 'd', kind: 'primary', type: 'submit' }, 'Delay')],
	}, html`<p class="dialog-text">The countdown stops for everybody who waits, until you open the doors.</p>
		${h(TextArea, { label: 'A word to those who wait', optional: true, rows: 2, maxlength: 200, value: word, onInput: setWord, autofocus: true })}`);
}

/** @param {{room: Room, close: () => void}} props */
function Settings({ room, close }) {
	const s = room.core.value.settings;
	return h(Dialog, { title: 'Room settings', onClose: close, foot: h(Button, { kind: 'primary', onClick: close }, 'Done') }, html`
		${h(Switch, { label: 'Review questions first', hint: 'Viewers see a question once a moderator has published it.', checked: s.premoderation, onInput: (on) => attempt(room.command('settings', { premoderation: on })) })}
		${h(Select, { label: 'Slow mode', hint: 'How long a viewer waits between two messages.', value: String(s.slow_mode ?? 0), onInput: (v) => attempt(room.command('settings', { slow_mode: Number(v) })),
			options: [['0', 'Off'], ['5', '5 seconds'], ['10', '10 seconds'], ['30', '30 seconds'], ['60', '1 minute'], ['300', '5 minutes']] })}`);
}
