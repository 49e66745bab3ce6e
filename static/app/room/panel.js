import { h, html, useEffect, useRef, useState } from '../lib/index.js';
import { Tabs } from '../lib/ui.js';
import { plural } from '../lib/text.js';
import { Channel } from './channel.js';
import { ConnectionBar } from './connection.js';
import { People } from './people.js';
import { Qna } from './qna.js';
import { Queue } from './queue.js';

/** @typedef {import('./store.js').Room} Room */
/** @typedef {import('./store.js').TabId} TabId */

/** @type {Record<TabId, {label: string, icon: string, tone?: 'mod'}>} */
const about = {
	chat: { label: 'Chat', icon: 'chat' }, qna: { label: 'Q&A', icon: 'question' },
	backchannel: { label: 'Backchannel', icon: 'backchannel', tone: 'mod' }, people: { label: 'Participants', icon: 'people' },
};

/** The tabs and what they hold. Panels stay in the page, hidden, so that drafts and places are kept. @param {{room: Room}} props */
export function Panel({ room }) {
	const s = room.asking.value;
	const ids = room.tabsOf(s);
	const shown = room.tab.value;
	const toReview = room.can('moderate_qna') ? Object.values(s.questions).filter((q) => q.state === 'held').length : 0;
	useEffect(() => {
		const back = () => { if (document.visibilityState === 'visible') room.seen(); };
		document.addEventListener('visibilitychange', back);
		return () => document.removeEventListener('visibilitychange', back);
	}, [room]);
	if (!ids.length) return null;
	const tabs = ids.map((id) => ({
		id, ...about[id], dot: room.unread.value[id] || room.fresh.value[id], fresh: room.fresh.value[id],
		...(id === 'qna' && toReview ? { count: toReview, note: `${toReview} to review` } : {}),
	}));
	/** @type {Record<TabId, () => any>} */
	const draw = {
		chat: () => h(Channel, { room, channel: 'chat' }), qna: () => (room.can('moderate_qna') ? h(Queue, { room }) : h(Qna, { room })),
		backchannel: () => h(Channel, { room, channel: 'backchannel' }), people: () => h(People, { room }),
	};
	return html`<aside class="panel" aria-label="Session panel" id="room-panel">
		${h(Resizer, { room })}
		${h(Tabs, { label: 'Session panel', tabs, value: shown, onChange: (id) => room.show(/** @type {TabId} */ (id)), prefix: 'room' })}
		<div class="panel-body">
			${h(ConnectionBar, { room })}
			${ids.map((id) => html`<div key=${id} class="panel-page" role="tabpanel" id="room-panel-${id}" aria-labelledby="room-tab-${id}" hidden=${id !== shown}>${draw[id]()}</div>`)}
		</div>
	</aside>`;
}

const KEY = 'greenroom-panel';
const MIN = 340;
const MAX = 480;
const clamp = (/** @type {number} */ w) => Math.max(MIN, Math.min(MAX, Math.round(w)));

function remembered() {
	try {
		return Number(localStorage.getItem(KEY)) || 0;
	} catch {
		return 0;
	}
}

/** The edge by which the panel is made wider: by pointer, by arrow keys, twice to reset. @param {{room: Room}} props */
function Resizer({ room }) {
	const [chosen, setChosen] = useState(remembered);
	const drag = useRef(/** @type {{x: number, width: number}|null} */ (null));
	const staff = room.can('moderate_qna');
	const own = staff && room.tab.value === 'qna' ? 448 : staff && room.tab.value === 'people' ? 400 : 384;
	const width = chosen || own;
	useEffect(() => {
		document.documentElement.style.setProperty('--panel', `${width}px`);
	}, [width]);
	/** @param {number} w */
	const set = (w) => {
		setChosen(w && clamp(w));
		try {
			if (w) localStorage.setItem(KEY, String(clamp(w)));
			else localStorage.removeItem(KEY);
		} catch { /* only for now */ }
	};
	const sign = () => (getComputedStyle(document.documentElement).direction === 'rtl' ? -1 : 1);
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		const step = e.key === 'ArrowLeft' ? 16 : e.key === 'ArrowRight' ? -16 : 0;
		if (step) set(width + step * sign());
		else if (e.key === 'Home') set(MIN);
		else if (e.key === 'End') set(MAX);
		else return;
		e.preventDefault();
	};
	return html`<div class="resizer" role="separator" aria-orientation="vertical" aria-label="Width of the panel" aria-controls="room-panel" aria-valuenow=${width} aria-valuemin=${MIN} aria-valuemax=${MAX} aria-valuetext=${plural(width, 'pixel')} tabindex="0"
		onKeyDown=${keys} onDblClick=${() => set(0)}
		onPointerDown=${(/** @type {PointerEvent} */ e) => { drag.current = { x: e.clientX, width }; /** @type {HTMLElement} */ (e.currentTarget).setPointerCapture(e.pointerId); }}
		onPointerMove=${(/** @type {PointerEvent} */ e) => { if (drag.current) set(drag.current.width + (drag.current.x - e.clientX) * sign()); }}
		onPointerUp=${() => { drag.current = null; }} onPointerCancel=${() => { drag.current = null; }}></div>`;
}
