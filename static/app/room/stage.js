import { h, html, useRef } from '../lib/index.js';
import { Avatar, Button, LinkButton, ToastHost } from '../lib/ui.js';
import { city, clock, day } from '../lib/time.js';
import { askerInPublic, nowOn } from '../lib/state.js';
import { Countdown } from '../lobby/countdown.js';
import { asset } from '../lib/ui.js';
import { DoorsMenu, openDoors } from './doors.js';
import { Player } from './player.js';

/** @typedef {import('./store.js').Room} Room */

/** The stage and what stands under it. @param {{room: Room}} props */
export function Stage({ room }) {
	const s = room.asking.value;
	const box = useRef(/** @type {HTMLElement|null} */ (null));
	const info = s.room;
	if (!info) return null;
	const now = nowOn(s);
	const before = s.doors?.state === 'scheduled';
	return html`<main class="stage-column" id="main">
		<section class="stage" aria-label="Stage" ref=${box}>
			${before ? h(Poster, { room }) : h(Player, { url: info.stage_url ?? '', questions: Boolean(now), full: () => box.current?.requestFullscreen().catch(() => {}) })}
			${now && html`<div class="lower-third" key=${now.id}><p class="lower-who">${askerInPublic(now)?.name ?? 'Anonymous'} asks</p><p class="lower-text">${now.text}</p></div>`}
			${h(ToastHost, { class: 'on-stage' })}
		</section>
		<div class="stage-under">
			<div class="stage-row"><div class="host">${h(Avatar, { id: info.host, name: info.host, size: 36 })}<div><p class="host-name">${info.host}</p><p class="host-role">Host</p></div></div>
				<div class="stage-actions">${h(StaffActions, { room })}</div></div>
			${h(About, { room })}
		</div>
	</main>`;
}

/** Before the doors open, for those who are inside already. @param {{room: Room}} props */
function Poster({ room }) {
	const d = room.crowd.value.doors;
	return html`<div class="stage-poster"><img src=${asset('art/curtain-wide.svg')} alt="" />
		<div class="poster-words"><p class="poster-title">The doors are closed</p>
			${d?.start ? h(Countdown, { at: d.start, clock: room.clock, small: true }) : html`<p>${d?.delayed ? 'Delayed until further notice' : 'No time is set'}</p>`}
			${d?.word ? html`<p class="poster-word">“${d.word}”</p>` : null}
			${room.can('manage') && h(Button, { kind: 'primary', size: 'lg', icon: 'door', onClick: () => openDoors(room) }, 'Open the doors')}
			${room.crowd.value.waiting ? html`<p class="poster-quiet num">${room.crowd.value.waiting} waiting</p>` : null}</div></div>`;
}

/** @param {{room: Room}} props */
function StaffActions({ room }) {
	if (!room.can('answer')) return null;
	return html`${!room.can('moderate_qna') && h(LinkButton, { href: `/r/${room.id}/present`, kind: 'ghost', size: 'sm', iconEnd: 'external', target: '_blank', rel: 'noopener' }, 'Presenter view')}${room.can('manage') && h(DoorsMenu, { room })}`;
}

/** What it is about, beside the facts. @param {{room: Room}} props */
export function About({ room }) {
	const s = room.asking.value;
	const info = s.room;
	if (!info) return null;
	const at = s.doors?.opened_at || s.doors?.start;
	const zone = info.zone || undefined;
	const where = !zone ? '' : zone === 'UTC' ? ' UTC' : `, ${city(zone)} time`;
	const on = at && day(at, zone) !== day(room.clock.now(), zone) ? `${day(at, zone, true)}, ` : '';
	return html`<div class="about">
		<p class="about-text">${info.description}</p>
		<dl class="room-facts">
			${at ? html`<div><dt>${s.doors?.opened_at ? 'Started' : 'Starts'}</dt><dd class="num">${on}${clock(at, zone)}${where}</dd></div>` : null}
			<div><dt>Host</dt><dd>${info.host}</dd></div>
			<div><dt>Questions</dt><dd>${s.settings.premoderation ? 'Reviewed first' : 'Shown at once'}</dd></div>
		</dl>
	</div>`;
}
