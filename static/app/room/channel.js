import { h, html, useEffect, useMemo, useRef, useState } from '../lib/index.js';
import { List } from '../lib/list.js';
import { EmptyState, Icon } from '../lib/ui.js';
import { plural } from '../lib/text.js';
import { Composer } from './composer.js';
import { Message, NewRule, PendingMessage } from './message.js';
import { Drawing } from './drawings.js';
import { rowsOf } from './rows.js';

/**
 * Chat, and the backchannel, which differs only in colour and words.
 * @param {{room: import('./store.js').Room, channel: 'chat'|'backchannel'}} props
 */
export function Channel({ room, channel }) {
	const s = room.state.value;
	const c = channel === 'chat' ? s.chat : s.backchannel;
	const messages = c?.messages ?? [];
	const pending = room.pending.value;
	const since = room.newSince.value[channel];
	const shown = room.tab.value === channel;
	const rows = useMemo(() => rowsOf(messages, since, pending.filter((p) => p.channel === channel)), [messages, since, pending]);
	const handle = useRef(/** @type {{toEnd: () => void, atEnd: () => boolean}|null} */ (null));
	const [atEnd, setAtEnd] = useState(true);
	const missed = useMissed(messages, atEnd && shown);
	useLeaveNewRule(room, channel, shown);

	const you = s.you;
	if (!you) return null;
	const tools = room.can('moderate_chat');
	/** @param {import('./rows.js').Row} row */
	const draw = (row) => (row.kind === 'message' ? h(Message, { row, me: you.name, myId: you.id, room, tools })
		: row.kind === 'rule' ? h(NewRule, {}) : h(PendingMessage, { p: row.p, me: you, room }));
	const words = channel === 'chat'
		? { title: 'No messages yet', text: 'Say hello.', place: 'Message everyone', list: 'Chat messages' }
		: { title: 'Only hosts and speakers see this', text: 'Viewers do not have this tab.', place: 'Message the team', list: 'Backchannel messages' };
	return html`<div class="channel ${channel}" onKeyDown=${(/** @type {KeyboardEvent} */ e) => rove(e, handle.current)}>
		${rows.length
			? h(List, { key: 'list', items: rows, keyOf: keyOfRow, row: draw, label: words.list, follow: true, handle, onTop: () => room.older(channel), onEnd: setAtEnd, class: 'messages' })
			: html`<div key="fill" class="fill">${h(Drawing, { name: channel === 'chat' ? 'chat' : 'backchannel' })}${h(EmptyState, { title: words.title, text: words.text })}</div>`}
		<div key="foot" class="channel-foot">
			${!atEnd && html`<button type="button" class="new-pill" onClick=${() => handle.current?.toEnd()}>${missed ? `${plural(missed, 'new message')}` : 'To the newest'}${h(Icon, { name: 'down', size: 16 })}</button>`}
			${h(Composer, { room, channel, placeholder: words.place })}
		</div>
	</div>`;
}

/** @param {import('./rows.js').Row} row */
const keyOfRow = (row) => row.key;

/** How many messages have come since the end was left. @param {import('../wire.d.ts').ChatMessage[]} messages @param {boolean} here */
function useMissed(messages, here) {
	const last = useRef(/** @type {string|undefined} */ (undefined));
	const newest = messages.at(-1)?.id;
	useEffect(() => {
		if (here || last.current === undefined) last.current = newest;
	}, [here, newest]);
	if (here || !last.current || last.current === newest) return 0;
	const at = messages.findLastIndex((m) => m.id === last.current);
	return at < 0 ? messages.length : messages.length - 1 - at;
}

/** The rule goes once its tab has been looked at for some time and left again. @param {import('./store.js').Room} room @param {'chat'|'backchannel'} channel @param {boolean} shown */
function useLeaveNewRule(room, channel, shown) {
	const looked = useRef(0);
	useEffect(() => {
		if (!shown) return undefined;
		looked.current = performance.now();
		return () => {
			if (performance.now() - looked.current < 2000) return;
			const { [channel]: _, ...rest } = room.newSince.peek();
			room.newSince.value = rest;
		};
	}, [shown]);
}

/** Arrows move between the rows' menus; End goes to the newest. @param {KeyboardEvent} e @param {{toEnd: () => void}|null} list */
function rove(e, list) {
	const at = /** @type {HTMLElement} */ (e.target);
	if (at.closest('textarea, .menu')) return;
	if (e.key === 'End') {
		e.preventDefault();
		list?.toEnd();
		return;
	}
	if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
	const tools = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (e.currentTarget).querySelectorAll('.row-tools .icon-button')]);
	if (!tools.length || (!at.matches('.row-tools .icon-button') && !at.matches('.list'))) return;
	const i = tools.indexOf(at);
	if (i < 0 && e.key === 'ArrowDown') return;
	e.preventDefault();
	tools[i < 0 ? tools.length - 1 : Math.max(0, Math.min(tools.length - 1, i + (e.key === 'ArrowDown' ? 1 : -1)))]?.focus();
}
