// One room's socket: connects, says hello, resumes where it was, and keeps
// commands until they are answered. It knows nothing of what messages mean.
import { Problem } from './api.js';

/** @typedef {import('../wire.d.ts').ServerMessage} ServerMessage */
/** @typedef {import('../wire.d.ts').Commands} Commands */
/** @typedef {'connecting'|'open'|'waiting'|'stopped'} Status */

/** Codes after which a page doesn't come back by itself: protocol.Resume. */
const FINAL = new Set([4400, 4401, 4403, 4404, 4409, 4410]);
/** @param {number} code */
export const resumes = (code) => !FINAL.has(code);

const QUIET = 20_000; // nothing heard for so long: ask
const DEAF = 5_000; // no answer: the link is dead
const HELLO = 10_000;
const CAP = 20_000;

/**
 * How long to wait before attempt n (from 0), with full jitter. A server that
 * asks for patience gets more of it.
 * @param {number} attempt @param {number} code of the last close @param {() => number} random
 */
export function retryDelay(attempt, code, random) {
	const first = code === 4503 || code === 4429 ? 3000 : code === 1012 ? 2000 : 500;
	return Math.round(random() * Math.min(CAP, first * 2 ** attempt));
}

/** An id for this page's connection, made anew by each page. */
export function newClient() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * @typedef {object} Env what the socket needs of its surroundings; tests give their own
 * @property {new (url: string, protocols: string) => WebSocket} WebSocket
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random
 * @property {() => string} client
 */

/** @returns {Env} */
const browser = () => ({
	WebSocket, setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (t) => clearTimeout(t), random: Math.random, client: newClient,
});

/**
 * Events: "status" (detail: Status), "messages" (detail: ServerMessage[], one
 * frame), "closed" (detail: {code, reason}, for good), "refused" (detail: Problem).
 */
export class RoomSocket extends EventTarget {
	/**
	 * @param {string} url
	 * @param {{invite?: string, version?: () => number|undefined, after?: {client: string, counter: number}|null}} [who] after: the client that this one goes on as
	 * @param {Env} [env]
	 */
	constructor(url, who = {}, env = browser()) {
		super();
		this.url = url;
		this.who = who;
		this.env = env;
		this.client = who.after?.client ?? env.client();
		/** @type {Status} */
		this.status = 'stopped';
		this.cursor = '';
		this.counter = who.after?.counter ?? 0;
		this.attempt = 0;
		this.lastCode = 0;
		this.welcomed = false;
		/** @type {Map<number, {frame: string, sent: boolean, resolve: (reply: any) => void, reject: (err: Problem) => void}>} */
		this.waiting = new Map();
		/** @type {WebSocket|null} */
		this.ws = null;
		this.helloId = 0;
		this.timers = { retry: /** @type {any} */ (null), live: /** @type {any} */ (null) };
	}

	/** Connects, and keeps the connection up until stop or a final close. */
	start() {
		if (this.ws || this.status === 'connecting') return;
		this.env.clearTimeout(this.timers.retry);
		this.welcomed = false;
		this.setStatus('connecting');
		const ws = new this.env.WebSocket(this.url, 'greenroom.v1');
		this.ws = ws;
		ws.addEventListener('open', () => this.ws === ws && this.hello());
		ws.addEventListener('message', (e) => this.ws === ws && this.heard(e.data));
		ws.addEventListener('close', (e) => this.ws === ws && this.lost(e.code, e.reason));
		this.expect(HELLO, () => this.drop(ws));
	}

	/** Ends it from this side. Unanswered commands fail. */
	stop() {
		const ws = this.ws;
		this.ws = null;
		ws?.close(1000);
		this.finish(new Problem({ code: 'left', detail: 'You have left.' }));
	}

	/** Tries now, in place of when the next attempt is due. */
	retryNow() {
		if (this.status !== 'waiting') return;
		this.attempt = 0;
		this.start();
	}

	/** Proves that the link is alive: after sleep, or a change of network. */
	check() {
		if (this.status === 'waiting') this.retryNow();
		else if (this.status === 'open') this.probe();
	}

	/**
	 * Sends a command. It resolves with the reply and rejects with a Problem;
	 * while the link is down it waits, and is said again with the same id.
	 * @template {keyof Commands} T
	 * @param {T} type @param {Commands[T]} fields @param {number} [id] of a command that an earlier page has sent as this client
	 * @returns {Promise<any>}
	 */
	command(type, fields, id = ++this.counter) {
		const frame = JSON.stringify({ type, id, ...fields });
		return new Promise((resolve, reject) => {
			if (this.status === 'stopped') {
				reject(new Problem({ code: 'left', detail: 'You are not connected to this room.' }));
				return;
			}
			const entry = { frame, sent: false, resolve, reject };
			this.waiting.set(id, entry);
			if (this.welcomed) this.send(entry);
		});
	}

	/** Says which version of the role is in effect here. @param {number} version */
	applied(version) {
		if (this.welcomed) this.ws?.send(JSON.stringify({ type: 'applied', id: ++this.counter, version }));
	}

	hello() {
		this.helloId = ++this.counter;
		/** @type {Record<string, any>} */
		const hello = { type: 'hello', id: this.helloId, client: this.client };
		if (this.cursor) hello.after = this.cursor;
		const version = this.who.version?.();
		if (version) hello.version = version;
		if (this.who.invite) hello.invite = this.who.invite;
		this.ws?.send(JSON.stringify(hello));
	}

	/** @param {{frame: string, sent: boolean}} entry */
	send(entry) {
		entry.sent = true;
		this.ws?.send(entry.frame);
	}

	/** @param {unknown} data */
	heard(data) {
		if (typeof data !== 'string') return;
		/** @type {ServerMessage[]} */
		const messages = [];
		for (const line of data.split('\n')) if (line) messages.push(JSON.parse(line));
		this.expect(QUIET, () => this.probe());
		for (const m of messages) if ('cursor' in m && m.cursor && m.type !== 'history') this.cursor = m.cursor;
		const welcome = messages.some((m) => m.type === 'welcome');
		if (welcome) {
			this.attempt = 0;
			this.welcomed = true;
		}
		this.dispatchEvent(new CustomEvent('messages', { detail: messages }));
		if (welcome) {
			this.setStatus('open');
			for (const id of [...this.waiting.keys()].sort((a, b) => a - b)) this.send(/** @type {any} */ (this.waiting.get(id)));
		}
		for (const m of messages) this.reply(m);
	}

	/** @param {ServerMessage} m */
	reply(m) {
		if (m.type !== 'ack' && m.type !== 'error' && m.type !== 'history' && m.type !== 'pong') return;
		if (m.type === 'error' && m.id === this.helloId) {
			const problem = new Problem({ ...m, detail: m.message });
			this.dispatchEvent(new CustomEvent('refused', { detail: problem }));
			return;
		}
		const entry = this.waiting.get(m.id);
		if (!entry) return;
		this.waiting.delete(m.id);
		if (m.type === 'error') entry.reject(new Problem({ ...m, detail: m.message }));
		else entry.resolve(m);
	}

	probe() {
		const ws = this.ws;
		if (!ws || !this.welcomed) return;
		ws.send(JSON.stringify({ type: 'ping', id: ++this.counter }));
		this.expect(DEAF, () => this.drop(ws));
	}

	/** Gives a link up that no longer answers; its own close event may never come. @param {WebSocket} ws */
	drop(ws) {
		if (this.ws !== ws) return;
		ws.close();
		this.lost(1006, '');
	}

	/** @param {number} code @param {string} reason */
	lost(code, reason) {
		this.ws = null;
		this.welcomed = false;
		this.env.clearTimeout(this.timers.live);
		this.lastCode = code;
		if (!resumes(code)) {
			this.finish(new Problem({ code: 'left', detail: 'You are no longer connected to this room.' }));
			this.dispatchEvent(new CustomEvent('closed', { detail: { code, reason } }));
			return;
		}
		this.setStatus('waiting');
		this.timers.retry = this.env.setTimeout(() => this.start(), retryDelay(this.attempt++, code, this.env.random));
	}

	/** @param {Problem} why */
	finish(why) {
		this.env.clearTimeout(this.timers.retry);
		this.env.clearTimeout(this.timers.live);
		this.welcomed = false;
		this.setStatus('stopped');
		for (const entry of this.waiting.values()) entry.reject(why);
		this.waiting.clear();
	}

	/** @param {number} ms @param {() => void} otherwise */
	expect(ms, otherwise) {
		this.env.clearTimeout(this.timers.live);
		this.timers.live = this.env.setTimeout(otherwise, ms);
	}

	/** @param {Status} status */
	setStatus(status) {
		if (this.status === status) return;
		this.status = status;
		this.dispatchEvent(new CustomEvent('status', { detail: status }));
	}
}

/** The address of a room's socket. @param {string} room */
export function socketUrl(room) {
	const url = new URL(`/api/v1/rooms/${room}/socket`, location.href);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	url.hash = '';
	return url.href;
}

/** Checks the link when the network or the page comes back. Returns an undo. @param {RoomSocket} socket */
export function watchNetwork(socket) {
	const online = () => socket.check();
	const shown = () => { if (document.visibilityState === 'visible') socket.check(); };
	addEventListener('online', online);
	document.addEventListener('visibilitychange', shown);
	return () => {
		removeEventListener('online', online);
		document.removeEventListener('visibilitychange', shown);
	};
}
