import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials, linkify, ownPath, plural, tint } from '../../static/app/lib/text.js';
import { bytes } from '../../static/app/room/drafts.js';
import { rowsOf } from '../../static/app/room/rows.js';
import { ics } from '../../static/app/lobby/calendar.js';

const links = (text) => linkify(text).filter((p) => p.href).map((p) => p.href);

test('addresses become links, and the sentence around them does not', () => {
	assert.deepEqual(links('See https://a.example/x?y=1#z, and (https://b.example/c_(d)).'), ['https://a.example/x?y=1#z', 'https://b.example/c_(d)']);
	assert.deepEqual(links('www.marlow.example/q4!'), ['https://www.marlow.example/q4']);
	for (const text of ['plain', 'a https://b.example c', 'https://x.example.', '']) assert.equal(linkify(text).map((p) => p.text).join(''), text);
});

test('nothing but http and https is a link', () => {
	for (const text of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x.example', 'https://', 'http://"><script>', '<img src=x onerror=alert(1)>']) assert.deepEqual(links(text), [], text);
});

test('nobody is sent to another site after signing in', () => {
	const own = (to) => ownPath(to, 'https://live.example');
	assert.equal(own('/m/abc?edit'), '/m/abc?edit');
	for (const to of ['//evil.example', '/\\evil.example', '/\t/evil.example', '\n//evil.example', '/\r\n/evil.example', 'https:evil.example',
		'https://evil.example', 'javascript:alert(1)', 'evil', '', '/..//evil.example']) assert.equal(own(to), '/', JSON.stringify(to));
});

test('names become initials and a lasting tint', () => {
	assert.equal(initials('Léa Fournier'), 'LF');
	assert.equal(initials('Jean-Luc van der Berg'), 'JB');
	assert.equal(initials('  '), '?');
	assert.equal(initials('Ångström'), 'Å');
	assert.equal(tint('abc'), tint('abc'));
	for (const id of ['a', 'b', 'c', 'zz']) assert.ok(tint(id) >= 1 && tint(id) <= 6);
	assert.equal(plural(1, 'vote'), '1 vote');
	assert.equal(plural(1284, 'vote'), '1,284 votes');
	assert.equal(bytes('é👋'), 6);
});

test('messages of one sender within two minutes stand together', () => {
	const m = (id, from, at) => ({ cursor: id, id, at, from: { id: from, name: from, role: 'viewer' }, text: id });
	const list = [m('1', 'a', 0), m('2', 'a', 60_000), m('3', 'b', 61_000), m('4', 'b', 300_000), m('5', 'b', 301_000)];
	assert.deepEqual(rowsOf(list, undefined, []).map((r) => r.head), [true, false, true, true, false]);
	const ruled = rowsOf(list, '5', []);
	assert.deepEqual(ruled.map((r) => r.kind).slice(-2), ['rule', 'message']);
	assert.equal(ruled.at(-1).head, true);
	assert.equal(rowsOf(list, undefined, [])[0], rowsOf(list, undefined, [])[0], 'an unchanged row is the same object');
});

test('the calendar file keeps to the rules of its format', () => {
	const text = ics({ id: 'abc', title: 'Q4; where, we go', description: 'Ä'.repeat(80), start: Date.UTC(2026, 11, 3, 15), host: 'Jonas', url: '', now: 0 });
	assert.ok(text.includes('DTSTART:20261203T150000Z\r\n'));
	assert.ok(text.includes('SUMMARY:Q4\\; where\\, we go\r\n'));
	for (const line of text.split('\r\n')) assert.ok(bytes(line) <= 75, line);
});
