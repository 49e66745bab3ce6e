import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoomSocket, resumes, retryDelay } from '../../static/app/lib/socket.js';
import { leaveOutbox, takeOutbox } from '../../static/app/room/outbox.js';

/** Time that moves only when it is told to. */
class Clock {
	now = 0;
	timers = [];
	setTimeout = (run, ms) => { const t = { at: this.now + ms, run }; this.timers.push(t); return t; };
	clearTimeout = (t) => { this.timers = this.timers.filter((x) => x !== t); };
	forward(ms) {
		const end = this.now + ms;
		for (;;) {
			const next = this.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
			if (!next) break;
			this.now = next.at;
			this.clearTimeout(next);
			next.run();
		}
		this.now = end;
	}
}

function setup(who) {
	const clock = new Clock();
	const links = [];
	class Link extends EventTarget {
		sent = [];
		constructor() { super(); links.push(this); }
		send(frame) { this.sent.push(JSON.parse(frame)); }
		close() { this.closed = true; }
		open() { this.dispatchEvent(new Event('open')); }
		say(...messages) { this.dispatchEvent(Object.assign(new Event('message'), { data: messages.map((m) => JSON.stringify(m)).join('\n') })); }
		lose(code) { this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '' })); }
	}
	const socket = new RoomSocket('ws://x', who, { WebSocket: Link, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, random: () => 1, client: () => 'c'.repeat(32) });
	const up = (cursor = 'a') => {
		const link = links.at(-1);
		link.open();
		link.say({ type: 'welcome', id: link.sent[0].id, cursor, now: 1, resumed: false });
		return link;
	};
	return { clock, links, socket, up };
}

test('the wait doubles up to twenty seconds, with full jitter', () => {
	assert.deepEqual([0, 1, 2, 3, 9].map((n) => retryDelay(n, 1006, () => 1)), [500, 1000, 2000, 4000, 20_000]);
	assert.equal(retryDelay(5, 1006, () => 0), 0);
	assert.equal(retryDelay(0, 4503, () => 1), 3000);
});

test('codes say whether to come back', () => {
	assert.deepEqual([1006, 1012, 4408, 4429, 4503].map(resumes), [true, true, true, true, true]);
	assert.deepEqual([4400, 4401, 4403, 4404, 4409, 4410].map(resumes), [false, false, false, false, false, false]);
});

test('hello comes first, and again with the cursor after a drop', () => {
	const { clock, links, socket, up } = setup({ version: () => 7 });
	socket.start();
	const first = up('first');
	assert.deepEqual(first.sent[0], { type: 'hello', id: 1, client: 'c'.repeat(32), version: 7 });
	first.say({ type: 'chat', cursor: 'second', id: 'm' });
	first.lose(1006);
	assert.equal(socket.status, 'waiting');
	clock.forward(500);
	links[1].open();
	assert.equal(links[1].sent[0].after, 'second');
});

test('an unanswered command is said again with the same id, an answered one is not', async () => {
	const { clock, socket, up } = setup();
	socket.start();
	const first = up();
	const one = socket.command('chat', { text: 'one' });
	const two = socket.command('chat', { text: 'two' });
	first.say({ type: 'ack', id: 2, object: 'm1' });
	assert.equal((await one).object, 'm1');
	first.lose(1012);
	clock.forward(2000);
	const second = up();
	assert.deepEqual(second.sent.slice(1), [{ type: 'chat', id: 3, text: 'two' }]);
	second.say({ type: 'ack', id: 3, object: 'm2' });
	assert.equal((await two).object, 'm2');
});

test('a command that is given while the link is down waits for it', async () => {
	const { clock, socket, up } = setup();
	socket.start();
	up().lose(1006);
	const later = socket.command('chat', { text: 'later' });
	clock.forward(500);
	const link = up();
	link.say({ type: 'ack', id: link.sent[1].id });
	await later;
});

test('a refusal is a Problem with its code', async () => {
	const { socket, up } = setup();
	socket.start();
	const link = up();
	const said = socket.command('chat', { text: 'x' });
	link.say({ type: 'error', id: 2, code: 'rate_limited', message: 'Too fast.', retry_after: 3 });
	await assert.rejects(said, (e) => e.code === 'rate_limited' && e.retryAfter === 3 && e.message === 'Too fast.');
});

test('silence is asked about, and a deaf link is given up', () => {
	const { clock, links, socket, up } = setup();
	socket.start();
	const link = up();
	clock.forward(20_000);
	assert.equal(link.sent.at(-1).type, 'ping');
	link.say({ type: 'pong', id: link.sent.at(-1).id, now: 2 });
	clock.forward(20_000);
	clock.forward(5000);
	assert.ok(link.closed);
	assert.equal(socket.status, 'waiting');
	clock.forward(500);
	assert.equal(links.length, 2);
	link.lose(1006);
	assert.equal(socket.status, 'connecting', 'the old link says nothing any more');
});

test('a final close ends it, and fails what was not answered', async () => {
	const { clock, links, socket, up } = setup();
	const codes = [];
	socket.addEventListener('closed', (e) => codes.push(e.detail.code));
	socket.start();
	const link = up();
	const said = socket.command('chat', { text: 'x' });
	link.lose(4403);
	await assert.rejects(said, { code: 'left' });
	await assert.rejects(socket.command('chat', { text: 'y' }), { code: 'left' });
	clock.forward(100_000);
	assert.equal(links.length, 1);
	assert.deepEqual(codes, [4403]);
});

test('the waiting time starts over once it has been connected', () => {
	const { clock, links, socket, up } = setup();
	socket.start();
	for (const wait of [500, 1000, 2000]) {
		links.at(-1).lose(1006);
		clock.forward(wait);
	}
	up().lose(1006);
	clock.forward(500);
	assert.equal(links.length, 5);
});

test('a wake checks at once', () => {
	const { clock, links, socket, up } = setup();
	socket.start();
	const link = up();
	socket.check();
	assert.equal(link.sent.at(-1).type, 'ping');
	link.lose(1006);
	socket.check();
	assert.equal(links.length, 2);
	clock.forward(500);
	assert.equal(links.length, 2);
});

test('what a page could not get across is said by the next one as the same client, with the same id', async () => {
	const kept = new Map();
	globalThis.sessionStorage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
	try {
		const { socket, up } = setup();
		socket.start();
		up();
		const id = ++socket.counter;
		socket.command('chat', { text: 'hello' }, id).catch(() => {});
		leaveOutbox('r', { client: socket.client, counter: socket.counter, who: 'me', rows: [{ key: 'p', channel: 'chat', text: 'hello', at: 1, id }] });

		const left = takeOutbox('r');
		assert.equal(takeOutbox('r'), null, 'a duplicated tab must not find it too');
		const after = setup({ after: left });
		after.socket.start();
		const link = after.up();
		const again = after.socket.command('chat', { text: left.rows[0].text }, left.rows[0].id);
		const vote = after.socket.command('vote', { question: 'q', on: true });
		assert.equal(link.sent[0].client, socket.client);
		assert.deepEqual(link.sent.slice(1).map((m) => [m.type, m.id]), [['chat', id], ['vote', id + 2]], 'no id is used twice');
		link.say({ type: 'ack', id, object: 'm' });
		assert.equal((await again).object, 'm');
		vote.catch(() => {});

		leaveOutbox('r', { client: socket.client, counter: 9, who: 'me', rows: [] });
		assert.equal(takeOutbox('r'), null, 'with nothing to say, a new page is a new client');
	} finally {
		delete globalThis.sessionStorage;
	}
});
