// The lobby: an invitation is looked at, which changes nothing; the doors are
// waited for; then a person, by hand or by having come before, enters.
import { h, html, signal, useEffect, useState } from '../lib/index.js';
import { post, asProblem, Problem } from '../lib/api.js';
import { Button, LivePill, SinglePage } from '../lib/ui.js';
import { announce } from '../lib/announce.js';
import { Clock } from '../lib/time.js';
import { plural } from '../lib/text.js';
import { RoomSocket, socketUrl, watchNetwork } from '../lib/socket.js';
import { EmailForm } from './email.js';
import { Refused } from './refused.js';
import { Waiting } from './waiting.js';

/**
 * @typedef {object} Look what the server tells of an invitation
 * @property {{id: string, title: string, description: string, kind: string, host: string, zone: string, start: number, live: boolean, access: string}} media
 * @property {string} role
 * @property {string} name
 * @property {string} hint
 * @property {import('../wire.d.ts').Doors|null} doors
 * @property {number} now
 * @property {boolean} signed_in
 * @property {boolean} in_room
 * @property {string} url
 */

const KEPT = 'greenroom-invitation';
/** People come in over so many milliseconds, not all at once. */
const SPREAD = 2000;

/** Takes the token out of the address, so that it is in no history and no screenshot. */
function takeToken() {
	const here = plain(location.hash.slice(1));
	if (here) {
		history.replaceState(null, '', '/i');
		try {
			sessionStorage.setItem(KEPT, here);
		} catch { /* a reload will need the link again */ }
		return here;
	}
	try {
		return sessionStorage.getItem(KEPT) ?? '';
	} catch {
		return '';
	}
}

/** What some mail programs have encoded; what can't be read stays, and is no link. @param {string} hash */
function plain(hash) {
	try {
		return decodeURIComponent(hash);
	} catch {
		return hash;
	}
}

class Lobby {
	constructor() {
		this.token = takeToken();
		this.clock = new Clock();
		/** @type {import('../lib/index.js').Signal<Look|null>} */
		this.look = signal(null);
		/** @type {import('../lib/index.js').Signal<import('../wire.d.ts').Doors|null>} */
		this.doors = signal(null);
		/** @type {import('../lib/index.js').Signal<Problem|null>} */
		this.problem = signal(null);
		/** @type {import('../lib/index.js').Signal<Problem|null>} */
		this.addressProblem = signal(null);
		this.entering = signal(false);
		this.waiting = signal(0);
		this.offline = signal(false);
		/** @type {RoomSocket|null} */
		this.socket = null;
		this.unwatch = () => {};
	}

	async open() {
		this.problem.value = null;
		if (!this.token) {
			this.problem.value = new Problem({ code: 'link_invalid' });
			return;
		}
		const asked = performance.now();
		try {
			/** @type {Look} */
			const look = await post('/lobby', { token: this.token });
			this.clock.set(look.now, asked);
			this.look.value = look;
			this.doors.value = look.doors;
			if (look.doors?.state === 'ended') this.problem.value = new Problem({ code: 'ended' });
			else if (look.doors?.state === 'scheduled') this.wait(look);
			else if (look.signed_in || look.in_room) this.enter();
		} catch (err) {
			this.problem.value = asProblem(err);
		}
	}

	/** Waits for the server's word on the doors. @param {Look} look */
	wait(look) {
		const socket = new RoomSocket(socketUrl(look.media.id), { invite: this.token });
		this.socket = socket;
		socket.addEventListener('status', () => { this.offline.value = socket.status === 'waiting'; });
		socket.addEventListener('messages', (e) => {
			for (const m of /** @type {CustomEvent<import('../wire.d.ts').ServerMessage[]>} */ (e).detail) {
				if ('now' in m) this.clock.set(m.now);
				if (m.type === 'presence') this.waiting.value = m.waiting ?? 0;
				if (m.type === 'welcome' || m.type === 'doors') this.onDoors(m.doors);
			}
		});
		socket.addEventListener('closed', () => this.open());
		socket.addEventListener('refused', (e) => {
			socket.stop();
			this.problem.value = /** @type {CustomEvent} */ (e).detail;
		});
		this.unwatch = watchNetwork(socket);
		socket.start();
	}

	/** @param {import('../wire.d.ts').Doors} doors */
	async onDoors(doors) {
		this.doors.value = doors;
		if (doors.state === 'scheduled') return;
		this.leave();
		if (doors.state === 'ended') this.problem.value = new Problem({ code: 'ended' });
		else if (this.look.value?.signed_in || this.look.value?.in_room) {
			announce('The doors are open. You are being taken in.');
			this.entering.value = true;
			setTimeout(() => this.enter(), Math.random() * SPREAD);
		} else announce('The doors are open. Enter your invited email to come in.');
	}

	/** @param {string} [email] */
	async enter(email) {
		this.entering.value = true;
		this.addressProblem.value = null;
		try {
			const { url } = await post('/lobby/enter', { token: this.token, ...(email ? { email } : {}) });
			try {
				sessionStorage.removeItem(KEPT);
			} catch { /* nothing kept */ }
			location.replace(url);
		} catch (err) {
			this.entering.value = false;
			const problem = asProblem(err);
			if (problem.code === 'not_started') this.open();
			else if (email) this.addressProblem.value = problem;
			else if (problem.code === 'email_mismatch' || problem.code === 'bad_request' || problem.code === 'signed_out') this.look.value = this.look.value && { ...this.look.value, signed_in: false, in_room: false };
			else this.problem.value = problem;
		}
	}

	leave() {
		this.unwatch();
		this.socket?.stop();
		this.socket = null;
	}
}

/** The invitation, /i#token. */
export default function LobbyPage() {
	const [lobby] = useState(() => new Lobby());
	useEffect(() => {
		lobby.open();
		const again = () => { if (location.hash.length > 1) location.reload(); };
		addEventListener('hashchange', again);
		return () => {
			removeEventListener('hashchange', again);
			lobby.leave();
		};
	}, [lobby]);
	const look = lobby.look.value;
	const doors = lobby.doors.value;
	if (lobby.problem.value) return h(Refused, { problem: lobby.problem.value, host: look?.media.host ?? '', again: () => { lobby.addressProblem.value = null; lobby.open(); } });
	if (!look) return h(SinglePage, { art: 'curtain-waiting' }, html`<p class="sr-only" role="status">Looking at your invitation…</p>`);
	const notYou = look.hint ? html`<span>Invited as ${look.hint}</span>` : html`<span>Hosted by ${look.media.host}</span>`;
	if (doors?.state === 'scheduled') return h(Waiting, { info: look.media, doors, clock: lobby.clock, name: look.name, role: look.role, waiting: lobby.waiting.value, foot: notYou, offline: lobby.offline.value });
	return h(Door, { lobby, look });
}

/** The doors are open, or there are none. @param {{lobby: Lobby, look: Look}} props */
function Door({ lobby, look }) {
	const doors = lobby.doors.value;
	const minutes = doors?.opened_at ? Math.floor((lobby.clock.now() - doors.opened_at) / 60_000) : 0;
	document.title = `${look.media.title} – Greenroom`;
	return h(SinglePage, { art: 'curtain-open', foot: html`<span>Hosted by ${look.media.host}</span>` }, html`
		${look.media.live && html`<p class="lobby-live">${h(LivePill, {})}<span>The doors are open${minutes ? `, ${plural(minutes, 'minute')} in` : ''}</span></p>`}
		<h1>${look.media.title}</h1>
		${lobby.entering.value && look.signed_in ? html`<p class="lead" role="status">You are being taken in…</p>`
			: look.signed_in ? html`<p class="lead">You are signed in with the invited address.</p><div class="single-actions">${h(Button, { kind: 'primary', size: 'lg', onClick: () => lobby.enter() }, look.media.live ? 'Enter session' : 'Open')}</div>`
				: h(EmailForm, { busy: lobby.entering.value, problem: lobby.addressProblem.value, live: look.media.live, onSend: (email) => lobby.enter(email), onChange: () => { lobby.addressProblem.value = null; } })}`);
}
