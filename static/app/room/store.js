// Everything that one open room page holds, in one object: the server's state,
// what is on its way there, and what this page alone knows.
import { signal, computed, batch } from '../lib/index.js';
import { RoomSocket, socketUrl, watchNetwork } from '../lib/socket.js';
import { initial, reduce, can, vote } from '../lib/state.js';
import { Clock } from '../lib/time.js';
import { asProblem } from '../lib/api.js';
import { clearDraft } from './drafts.js';
import { leaveOutbox, takeOutbox } from './outbox.js';
import { dismissToast } from '../lib/ui/toast.js';
import { muteEnded, notice } from './notices.js';

/** @typedef {import('../lib/state.js').State} State */
/** @typedef {'chat'|'qna'|'backchannel'|'people'} TabId */
/** @typedef {'chat'|'backchannel'} ChannelId */
/** @typedef {{key: string, channel: ChannelId, text: string, at: number, object?: string, failed?: string, id?: number}} Pending id: of the command that says it */

/**
 * Some parts of the state as one value that stays the same object while they
 * do, so that not everything is drawn again for each line of chat. It keeps no
 * other part alive.
 * @template {keyof State} K
 * @param {import('../lib/index.js').Signal<State>} state @param {K[]} keys
 */
function parts(state, keys) {
	/** @type {Pick<State, K>|null} */
	let last = null;
	return computed(() => {
		const s = state.value;
		const before = last;
		if (!before || keys.some((k) => before[k] !== s[k])) last = /** @type {Pick<State, K>} */ (Object.fromEntries(keys.map((k) => [k, s[k]])));
		return /** @type {Pick<State, K>} */ (last);
	});
}

/** What is older is not said by itself after a reload. */
const STALE = 10 * 60_000;

export class Room {
	/** @param {string} id @param {{invite?: string}} [who] */
	constructor(id, who = {}) {
		this.id = id;
		this.clock = new Clock();
		/** @type {import('../lib/index.js').Signal<State>} */
		this.state = signal(initial());
		/** @type {import('../lib/index.js').Signal<import('../lib/socket.js').Status>} */
		this.status = signal('connecting');
		/** How long the link has been down: not worth a word, some seconds, long. @type {import('../lib/index.js').Signal<''|'short'|'long'>} */
		this.offline = signal('');
		/** Why it is over for this page. @type {import('../lib/index.js').Signal<{code: number, problem?: import('../lib/api.js').Problem}|null>} */
		this.over = signal(null);
		/** @type {import('../lib/index.js').Signal<Pending[]>} */
		this.pending = signal([]);
		/** @type {import('../lib/index.js').Signal<TabId>} */
		this.tab = signal('chat');
		/** @type {import('../lib/index.js').Signal<Record<string, boolean>>} */
		this.unread = signal({});
		/** Tabs that a new role has brought and nobody has looked at. @type {import('../lib/index.js').Signal<Record<string, boolean>>} */
		this.fresh = signal({});
		/** The first message that came while nobody looked. @type {import('../lib/index.js').Signal<Record<string, string>>} */
		this.newSince = signal({});
		/** When this person may send again under slow mode, by the server's clock. */
		this.sendAfter = signal(0);
		/** What the roster shows. */
		this.search = signal('');
		/** Changes of roles made here, so that they can be undone. @type {import('../lib/index.js').Signal<Record<string, {was: string, to: string, name: string, version: number}>>} */
		this.changes = signal({});
		/** Dialogs that hang on a right close when it goes. @type {Set<{needs: import('../wire.d.ts').Capability, close: () => void}>} */
		this.dialogs = new Set();

		this.core = parts(this.state, ['ready', 'room', 'doors', 'you', 'settings']);
		this.asking = parts(this.state, ['room', 'doors', 'you', 'settings', 'questions', 'votes', 'voted']);
		this.crowd = parts(this.state, ['room', 'doors', 'you', 'here', 'waiting']);
		this.title = computed(() => this.state.value.room?.title ?? '');

		/** What the page before this one had not got across. */
		this.left = takeOutbox(id);
		this.socket = new RoomSocket(socketUrl(id), { ...who, after: this.left, version: () => this.state.value.you?.version });
		this.socket.addEventListener('status', (e) => this.onStatus(/** @type {CustomEvent} */ (e).detail));
		this.socket.addEventListener('messages', (e) => this.onMessages(/** @type {CustomEvent} */ (e).detail));
		this.socket.addEventListener('closed', (e) => { this.over.value = { code: /** @type {CustomEvent} */ (e).detail.code }; });
		this.socket.addEventListener('refused', (e) => {
			const problem = /** @type {CustomEvent} */ (e).detail;
			if (['unavailable', 'rate_limited', 'internal'].includes(problem.code)) return;
			this.socket.stop();
			this.over.value = { code: 0, problem };
		});
		/** @type {any[]} */
		this.timers = [];
		/** @type {any} */
		this.unmute = null;
		this.unwatch = () => {};
	}

	/** @param {import('../wire.d.ts').Capability} capability */
	can(capability) {
		return can(this.core.value, capability);
	}

	start() {
		const unwatch = watchNetwork(this.socket);
		const hide = () => this.leave();
		const back = (/** @type {PageTransitionEvent} */ e) => { if (e.persisted) takeOutbox(this.id); };
		addEventListener('pagehide', hide);
		addEventListener('pageshow', back);
		this.unwatch = () => {
			unwatch();
			removeEventListener('pagehide', hide);
			removeEventListener('pageshow', back);
		};
		this.socket.start();
	}

	stop() {
		this.unwatch();
		this.timers.forEach(clearTimeout);
		clearTimeout(this.unmute);
		this.socket.stop();
	}

	/** Keeps what has not come across, for a reload. */
	leave() {
		leaveOutbox(this.id, { client: this.socket.client, counter: this.socket.counter, who: this.state.value.you?.id ?? this.left?.who ?? '', rows: [...this.left?.rows ?? [], ...this.pending.value] });
	}

	/** Says again what the page before this one could not, if it was of the same person; what is old waits for a press. */
	resend() {
		const { left } = this;
		const you = this.state.value.you?.id;
		if (!left || !you) return;
		this.left = null;
		if (left.who !== you) return;
		for (const [i, p] of left.rows.entries()) {
			const key = `left${i}-${left.counter}`;
			if (!can(this.state.value, p.channel)) continue;
			if (p.failed === undefined && p.id && this.clock.now() - p.at < STALE) this.say(p.channel, p.text, key, p.id);
			else this.pending.value = [...this.pending.value, { ...p, key, failed: p.failed ?? 'The page was left before this could be sent.' }];
		}
	}

	/** Comes back after another tab has taken this one's place. */
	comeBack() {
		this.over.value = null;
		this.socket.start();
	}

	/** @param {import('../lib/socket.js').Status} status */
	onStatus(status) {
		this.status.value = status;
		if (status === 'open') {
			this.timers.forEach(clearTimeout);
			this.timers = [];
			this.offline.value = '';
			if (this.tab.value === 'people') this.openRoster();
		} else if (status === 'waiting' && !this.timers.length) {
			this.timers = [
				setTimeout(() => { this.offline.value = 'short'; }, 2000),
				setTimeout(() => { this.offline.value = 'long'; }, 20_000),
			];
		}
	}

	/** @param {import('../wire.d.ts').ServerMessage[]} messages */
	onMessages(messages) {
		batch(() => {
			let s = this.state.value;
			for (const m of messages) {
				const was = s;
				s = reduce(s, m);
				this.state.value = s;
				if ('now' in m) this.clock.set(m.now);
				this.keepUp(was, s, m);
			}
		});
		const last = messages.findLast((m) => (m.type === 'welcome' || m.type === 'you') && m.you);
		const you = this.state.value.you;
		if (last && you) this.socket.applied(you.version);
	}

	/** What a message changes beyond the state. @param {State} was @param {State} s @param {import('../wire.d.ts').ServerMessage} m */
	keepUp(was, s, m) {
		if (m.type === 'chat') this.arrived('chat', m);
		if (m.type === 'whisper' && s.backchannel) this.arrived('backchannel', m);
		if (m.type === 'question' && !m.question.mine && !was.questions[m.question.id]) this.mark('qna');
		if (m.type === 'role' && m.by.id === s.you?.id) {
			this.changes.value = { ...this.changes.value, [m.person.id]: { was: m.was, to: m.person.role, name: m.person.name, version: m.version } };
		}
		if (m.type === 'welcome' || m.type === 'you') {
			this.lose(was, s);
			this.awaitUnmute(s);
			if (s.you && this.left) queueMicrotask(() => this.resend()); // when the socket has said again what is its own
		}
		notice(this, was, s, m);
	}

	/** Nobody says when a mute has run out: the page's clock does. @param {State} s */
	awaitUnmute(s) {
		clearTimeout(this.unmute);
		const until = s.you?.muted_until ?? 0;
		if (until <= 0) return;
		this.unmute = setTimeout(() => {
			const was = this.state.value;
			if (!was.you) return;
			this.state.value = { ...was, you: { ...was.you, muted_until: undefined } };
			muteEnded();
		}, Math.min(2 ** 31 - 1, until - this.clock.now() + 200));
	}

	/** Lets go of what the page itself held for a right that is gone. @param {State} was @param {State} s */
	lose(was, s) {
		for (const d of [...this.dialogs]) if (!can(s, d.needs)) d.close();
		if (!can(s, 'backchannel')) {
			this.pending.value = this.pending.value.filter((p) => p.channel !== 'backchannel');
			const { backchannel: _u, ...unread } = this.unread.value;
			const { backchannel: _n, ...newSince } = this.newSince.value;
			this.unread.value = unread;
			this.newSince.value = newSince;
			clearDraft(this.id, 'backchannel');
		}
		if (!can(s, 'manage')) this.changes.value = {};
		if (was.ready && !can(was, 'backchannel') && can(s, 'backchannel')) this.fresh.value = { ...this.fresh.value, backchannel: true };
		const tabs = this.tabsOf(s);
		if (tabs.length && !tabs.includes(this.tab.value)) this.tab.value = tabs[0];
		this.fresh.value = Object.fromEntries(Object.entries(this.fresh.value).filter(([t]) => tabs.includes(/** @type {TabId} */ (t))));
	}

	/** @param {Pick<State, 'you'>} s @returns {TabId[]} */
	tabsOf(s) {
		return /** @type {TabId[]} */ ([
			can(s, 'chat') && 'chat', can(s, 'ask') && 'qna', can(s, 'backchannel') && 'backchannel', (can(s, 'manage') || can(s, 'moderate_qna')) && 'people',
		].filter(Boolean));
	}

	/** Whether the person looks at a tab. @param {string} tab */
	looking(tab) {
		return this.tab.value === tab && document.visibilityState === 'visible';
	}

	/** @param {string} tab */
	mark(tab) {
		if (!this.looking(tab)) this.unread.value = { ...this.unread.value, [tab]: true };
	}

	/** @param {ChannelId} channel @param {import('../wire.d.ts').ChatMessage} m */
	arrived(channel, m) {
		const mine = m.from.id === this.state.value.you?.id;
		if (mine) {
			const at = this.pending.value.findIndex((p) => p.channel === channel && !p.failed && (p.object ? p.object === m.id : p.text === m.text));
			if (at >= 0) this.pending.value = this.pending.value.toSpliced(at, 1);
			return;
		}
		if (this.looking(channel)) return;
		this.unread.value = { ...this.unread.value, [channel]: true };
		if (!this.newSince.value[channel]) this.newSince.value = { ...this.newSince.value, [channel]: m.id };
	}

	/** @param {TabId} tab */
	show(tab) {
		if (!this.tabsOf(this.state.value).includes(tab)) return;
		const before = this.tab.value;
		batch(() => {
			this.tab.value = tab;
			this.seen();
		});
		if (tab === 'people' && before !== 'people') this.openRoster();
		if (before === 'people' && tab !== 'people') this.command('roster', { open: false }).catch(() => {});
	}

	/** The tab that is shown has been looked at. */
	seen() {
		const tab = this.tab.value;
		if (this.unread.value[tab]) this.unread.value = { ...this.unread.value, [tab]: false };
		if (this.fresh.value[tab]) {
			this.fresh.value = { ...this.fresh.value, [tab]: false };
			dismissToast('my-role'); // it has been found
		}
	}

	openRoster() {
		this.command('roster', { open: true, limit: 100, ...(this.search.value ? { search: this.search.value } : {}) }).catch(() => {});
	}

	/**
	 * @template {keyof import('../wire.d.ts').Commands} T
	 * @param {T} type @param {import('../wire.d.ts').Commands[T]} fields @param {number} [id]
	 */
	command(type, fields, id) {
		return this.socket.command(type, fields, id);
	}

	/** Sends a line of chat, and shows it as sending until it comes back. @param {ChannelId} channel @param {string} text @param {string} [key] of the row that is tried again @param {number} [again] the id by which it was said before */
	async say(channel, text, key = `p${performance.now()}`, again = undefined) {
		const id = again ?? ++this.socket.counter;
		const row = { key, channel, text, at: this.clock.now(), id };
		this.pending.value = [...this.pending.value.filter((p) => p.key !== key), row];
		const slow = this.state.value.settings.slow_mode ?? 0;
		if (channel === 'chat' && slow && this.state.value.you?.role === 'viewer') this.sendAfter.value = this.clock.now() + slow * 1000;
		try {
			const ack = await this.command(channel === 'chat' ? 'chat' : 'whisper', { text }, id);
			const c = channel === 'chat' ? this.state.value.chat : this.state.value.backchannel;
			const here = !ack.object || c?.messages.some((m) => m.id === ack.object);
			this.pending.value = here ? this.pending.value.filter((p) => p.key !== key) : this.pending.value.map((p) => (p.key === key ? { ...p, object: ack.object } : p));
		} catch (err) {
			const problem = asProblem(err);
			if (problem.code === 'rate_limited' && problem.retryAfter) this.sendAfter.value = this.clock.now() + problem.retryAfter * 1000;
			this.pending.value = this.pending.value.map((p) => (p.key === key ? { ...p, failed: problem.detail } : p));
		}
	}

	/** @param {string} key */
	discard(key) {
		this.pending.value = this.pending.value.filter((p) => p.key !== key);
	}

	/** Fetches older messages, once at a time. @param {ChannelId} channel */
	async older(channel) {
		const c = channel === 'chat' ? this.state.value.chat : this.state.value.backchannel;
		if (!c?.more || !c.before || this.fetching.has(channel) || this.status.value !== 'open') return;
		this.fetching.add(channel);
		try {
			await this.command('history', { channel, before: c.before, limit: 100 });
		} catch { /* tried again at the next scroll */ } finally {
			this.fetching.delete(channel);
		}
	}

	/** @type {Set<ChannelId>} */
	fetching = new Set();

	/** Sets or lifts my upvote; shown at once, taken back if it fails. @param {string} id @param {boolean} on */
	async upvote(id, on) {
		this.state.value = vote(this.state.value, id, on);
		try {
			await this.command('vote', { question: id, on });
		} catch (err) {
			this.state.value = vote(this.state.value, id, !on);
			throw err;
		}
	}
}
