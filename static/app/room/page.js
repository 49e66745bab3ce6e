import { h, html, useEffect, useState } from '../lib/index.js';
import { SinglePage } from '../lib/ui.js';
import { Waiting } from '../lobby/waiting.js';
import { Ending } from './endings.js';
import { Header } from './header.js';
import { useKeys } from './keys.js';
import { Panel } from './panel.js';
import { Stage } from './stage.js';
import { Room } from './store.js';

/** The room, /r/{room}. @param {{room: string}} props */
export default function RoomPage({ room: id }) {
	const [room] = useState(() => new Room(id));
	useEffect(() => {
		if (debugging()) /** @type {any} */ (window).__room = room;
		room.start();
		return () => room.stop();
	}, [room]);
	useKeys(room);
	useTitle(room);

	const s = room.core.value;
	if (room.over.value) return h(Ending, { room, over: room.over.value });
	if (!s.ready) return h(Connecting, {});
	if (s.doors?.state === 'ended') return h(Ending, { room, over: { code: 4410 } });
	const inside = s.doors?.state === 'open' || room.can('manage');
	if (!inside || !s.you) return h(Waiting, { info: s.room, doors: s.doors, clock: room.clock, name: s.you?.name ?? '', role: s.you?.role ?? '', waiting: room.crowd.value.waiting });
	const panel = room.tabsOf(s).length > 0;
	return html`<div class="room ${panel ? '' : 'without-panel'}">
		<a class="room-skip" href="#room-panel">Skip to the panel</a>
		${h(Header, { room })}${h(Stage, { room })}${panel && h(Panel, { room })}
	</div>`;
}

/** Set by tests that look for what must not be in memory, and by nobody else. */
function debugging() {
	try {
		return localStorage.getItem('greenroom-debug') === '1';
	} catch {
		return false;
	}
}

/** Words come only if it takes longer than a moment. */
function Connecting() {
	const [late, setLate] = useState(false);
	useEffect(() => {
		const timer = setTimeout(() => setLate(true), 800);
		return () => clearTimeout(timer);
	}, []);
	if (!late) return html`<div class="room-blank"></div>`;
	return h(SinglePage, { art: 'curtain-waiting' }, html`<h1>Connecting…</h1><p class="lead" role="status">We are taking you to the room.</p>`);
}

/** Moderators see in the tab how many questions wait. @param {Room} room */
function useTitle(room) {
	const s = room.asking.value;
	const title = s.room?.title;
	const held = room.can('moderate_qna') ? Object.values(s.questions).filter((q) => q.state === 'held').length : 0;
	const live = s.doors?.state === 'open' ? ' – Live' : '';
	useEffect(() => {
		if (title) document.title = `${held ? `(${held}) ` : ''}${title}${live}`;
	}, [title, held, live]);
}
