import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, initial, nowOn, questions, reduce, vote } from '../../static/app/lib/state.js';

const viewer = ['watch', 'chat', 'ask', 'respond'];
const moderator = [...viewer, 'answer', 'backchannel', 'moderate_qna', 'moderate_chat'];
const manager = [...moderator, 'initiate', 'manage'];
const you = (role, capabilities, more = {}) => ({ id: 'me', name: 'Ada Byron', role, version: 1, capabilities, ...more });
const line = (id, text = id, from = 'ben') => ({ cursor: `c${id}`, id, at: 1000, from: { id: from, name: from, role: 'viewer' }, text });
const q = (id, state, more = {}) => ({ id, version: 1, state, text: id, at: 0, since: 0, ...more });
const welcome = (role, capabilities, more = {}) => ({
	type: 'welcome', id: 1, cursor: 'w', now: 5, resumed: false, room: { id: 'r', title: 'T', description: '', kind: 'webcast', host: 'H', zone: 'UTC' }, doors: { state: 'open', start: 1 },
	you: you(role, capabilities), settings: { premoderation: true }, here: 1, ...more,
});
const run = (...messages) => messages.reduce(reduce, initial());

test('a welcome replaces everything that was', () => {
	const s = run(welcome('viewer', viewer, { chat: [line('1')] }), welcome('viewer', viewer, { chat: [line('2')] }));
	assert.deepEqual(s.chat.messages.map((m) => m.id), ['2']);
	assert.equal(s.afresh, 2);
});

test('a resumed welcome keeps what was and goes on', () => {
	const s = run(welcome('viewer', viewer, { chat: [line('1')], questions: [q('a', 'open')] }), { ...welcome('viewer', viewer), resumed: true, here: 7 }, { type: 'chat', ...line('2') });
	assert.deepEqual(s.chat.messages.map((m) => m.id), ['1', '2']);
	assert.equal(s.here, 7);
	assert.ok(s.questions.a);
});

test('promotion brings the backchannel, demotion leaves nothing of it', () => {
	const secret = 'only the staff may read this';
	let s = run(welcome('viewer', viewer));
	assert.equal(s.backchannel, null);
	s = reduce(s, { type: 'you', cursor: 'x', you: you('manager', manager), backchannel: [line('1', secret)], questions: [q('h', 'held', { text: secret })] });
	s = reduce(s, { type: 'whisper', ...line('2', secret) });
	s = reduce(s, { type: 'roster', total: 1, groups: [{ name: 'staff', count: 1, people: [{ id: 'x', name: secret, role: 'speaker', devices: 1, version: 1 }] }] });
	s = reduce(s, { type: 'receipt', participant: secret, version: 1, devices: 1, applied: 1, ms: 3 });
	assert.equal(s.backchannel.messages.length, 2);
	s = reduce(s, { type: 'you', cursor: 'y', you: you('viewer', viewer), backchannel: null, questions: [] });
	assert.ok(!JSON.stringify(s).includes(secret));
	assert.equal(s.backchannel, null);
	assert.equal(s.roster, null);
	s = reduce(s, { type: 'whisper', ...line('3', secret) });
	assert.ok(!JSON.stringify(s).includes(secret), 'a late whisper is not kept');
});

test('a welcome without the right holds no backchannel even if the server sent one', () => {
	assert.equal(run(welcome('viewer', viewer, { backchannel: [line('1')] })).backchannel, null);
});

test('coming back with less purges too', () => {
	let s = run(welcome('moderator', moderator, { backchannel: [line('1')], questions: [q('h', 'held'), q('o', 'open'), q('m', 'held', { mine: true })] }));
	s = reduce(s, { ...welcome('viewer', viewer), resumed: true });
	assert.equal(s.backchannel, null);
	assert.deepEqual(Object.keys(s.questions).sort(), ['m', 'o']);
});

test('a question moves through its states, and an older version changes nothing', () => {
	let s = run(welcome('viewer', viewer, { questions: [q('a', 'open', { version: 4 })] }));
	s = reduce(s, { type: 'question', cursor: '', question: q('a', 'open', { version: 3, text: 'old' }) });
	assert.equal(s.questions.a.text, 'a');
	s = reduce(s, { type: 'question', cursor: '', question: q('a', 'now', { version: 5 }) });
	assert.equal(nowOn(s)?.id, 'a');
	s = reduce(s, { type: 'question_gone', cursor: '', question: 'a' });
	assert.equal(nowOn(s), undefined);
	s = reduce(s, { type: 'question', cursor: '', question: q('b', 'withdrawn') });
	assert.deepEqual(s.questions, {});
});

test('history goes before what is there, without doubles', () => {
	let s = run(welcome('viewer', viewer, { chat: [line('3'), line('4')] }));
	assert.equal(s.chat.before, 'c3');
	s = reduce(s, { type: 'history', id: 1, channel: 'chat', messages: [line('1'), line('2'), line('3')], more: false });
	assert.deepEqual(s.chat.messages.map((m) => m.id), ['1', '2', '3', '4']);
	assert.equal(s.chat.more, false);
});

test('only the last two thousand messages are kept, and the older can be fetched', () => {
	let s = run(welcome('viewer', viewer));
	for (let i = 0; i < 2300; i++) s = reduce(s, { type: 'chat', ...line(String(i)) });
	assert.ok(s.chat.messages.length <= 2200);
	assert.equal(s.chat.messages.at(-1).id, '2299');
	assert.ok(s.chat.more);
	assert.equal(s.chat.before, s.chat.messages[0].cursor);
});

test('my vote counts at once and can be taken back', () => {
	let s = run(welcome('viewer', viewer, { questions: [q('a', 'open')], votes: { a: 3 } }));
	s = vote(s, 'a', true);
	assert.deepEqual([s.votes.a, s.voted.a], [4, true]);
	s = vote(s, 'a', true);
	assert.equal(s.votes.a, 4);
	s = vote(s, 'a', false);
	assert.deepEqual([s.votes.a, s.voted.a], [3, undefined]);
});

test('top ranks by votes and then by time', () => {
	const s = run(welcome('viewer', viewer, { questions: [q('a', 'open', { at: 3 }), q('b', 'open', { at: 1 }), q('c', 'open', { at: 2 })], votes: { a: 2, c: 9 } }));
	const order = (by) => questions(s, () => true, by).map((x) => x.id).join('');
	assert.equal(order('top'), 'cab');
	assert.equal(order('new'), 'acb');
});

test('every message leaves the state before it as it was', () => {
	const freeze = (o) => { Object.values(o).forEach((v) => v && typeof v === 'object' && freeze(v)); return Object.freeze(o); };
	let s = freeze(run(welcome('manager', manager, { chat: [line('1')], questions: [q('a', 'open')], backchannel: [] })));
	for (const m of [{ type: 'chat', ...line('2') }, { type: 'question', cursor: '', question: q('b', 'held') }, { type: 'votes', counts: { a: 2 } }, { type: 'presence', here: 3 }, { type: 'degraded', on: true },
		{ type: 'roster', total: 1, groups: [{ name: 'viewers', count: 1, people: [{ id: 'x', name: 'X', role: 'viewer', devices: 1, version: 1 }] }] },
		{ type: 'role', cursor: '', at: 1, person: { id: 'x', name: 'X', role: 'speaker' }, was: 'viewer', version: 2, by: { id: 'me' } }, { type: 'muted', cursor: '', person: { id: 'x' }, until: -1, by: {} },
		{ type: 'unknown' }]) s = freeze(reduce(s, m));
	assert.equal(s.roster.groups[0].people[0].role, 'speaker');
	assert.equal(s.roster.groups[0].people[0].muted_until, -1);
	assert.ok(can(s, 'manage'));
});
