import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bodyOf, changesOf, draftOf, missing, startInWords } from '../../static/app/site/form.js';
import { firstNames, FILTERS, hoursWord, KINDS, linkRules, rightsOf, sortMedia, stateOf, usesWord, whereIs } from '../../static/app/site/kinds.js';
import { split } from '../../static/app/site/match.js';
import { domains } from '../../static/app/site/policy.js';
import { countdown, dayWord, fromLocal, inZones, inZonesSoon, knownZone, stamp, toLocal, wall, zoneCity } from '../../static/app/site/when.js';

const start = Date.UTC(2026, 11, 3, 15, 0); // Thursday, 15:00 in Lisbon, 16:00 in Berlin

test('a start is said in its zone and in the reader\'s', () => {
	assert.equal(inZones(start, 'Europe/Lisbon', 'Europe/Berlin'), 'Thu 3 Dec 2026, 15:00 in Lisbon, 16:00 your time');
	assert.equal(inZones(start, 'Europe/Lisbon', 'Europe/London'), 'Thu 3 Dec 2026, 15:00 in Lisbon');
	assert.equal(inZones(start, 'Europe/Lisbon', 'Pacific/Auckland'),
		'Thu 3 Dec 2026, 15:00 in Lisbon, Fri 4 Dec, 04:00 your time');
	assert.equal(inZonesSoon(start, 'Europe/Lisbon', 'Europe/Berlin', start - 60_000), 'Today 15:00 in Lisbon, 16:00 your time');
});

test('days near now have a word', () => {
	const day = 86_400_000;
	assert.equal(dayWord(start, 'UTC', start), 'Today');
	assert.equal(dayWord(start, 'UTC', start - day), 'Tomorrow');
	assert.equal(dayWord(start, 'UTC', start + day), 'Yesterday');
	assert.equal(dayWord(start, 'UTC', start - 5 * day), 'Thu 3 Dec');
	assert.equal(dayWord(start, 'UTC', start + 60 * day), 'Thu 3 Dec 2026');
	assert.equal(stamp(start, start + 1000, 'UTC'), '15:00');
	assert.equal(stamp(start, start + day, 'UTC'), 'Yesterday, 15:00');
});

test('September is short', () => {
	assert.equal(wall(Date.UTC(2026, 8, 10), 'UTC').date, 'Thu 10 Sep 2026');
});

test('a countdown never goes below nothing', () => {
	assert.equal(countdown(46 * 60_000 + 12_000), '46:12');
	assert.equal(countdown(3_860_000), '1:04:20');
	assert.equal(countdown(3 * 86_400_000), '3 days');
	assert.equal(countdown(-5), '00:00');
});

test('wall time and moment are each other\'s inverse', () => {
	for (const zone of ['UTC', 'Europe/Lisbon', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham']) {
		const local = toLocal(start, zone);
		assert.deepEqual(fromLocal(local, zone), {ms: start, skipped: false, twice: false}, zone);
	}
});

test('an hour that clocks skip or repeat is named', () => {
	assert.equal(fromLocal('2026-03-29T02:30', 'Europe/Berlin').skipped, true);
	const twice = fromLocal('2026-10-25T02:30', 'Europe/Berlin');
	assert.deepEqual(twice, {ms: Date.UTC(2026, 9, 25, 0, 30), skipped: false, twice: true});
	assert.ok(Number.isNaN(fromLocal('', 'UTC').ms));
	assert.ok(Number.isNaN(fromLocal('2026-10-25T02:30', 'Europe/Nowhere').ms));
});

test('zones have cities', () => {
	assert.equal(zoneCity('America/Argentina/Buenos_Aires'), 'Buenos Aires');
	assert.equal(zoneCity('UTC'), 'UTC');
	assert.equal(knownZone('Mars/Base'), false);
});

test('every kind and role that can be invited has its rights in words', () => {
	for (const k of KINDS) {
		for (const role of k.live ? ['viewer', 'speaker', 'moderator'] : ['viewer']) {
			assert.ok(rightsOf(k.id, /** @type {any} */ (role)), `${k.id} ${role}`);
		}
	}
});

test('the state of the doors is the state of the medium', () => {
	/** @param {any} doors */
	const of = (doors) => stateOf(/** @type {any} */ ({live: true, doors}));
	assert.equal(of({state: 'open', start: 0}), 'live');
	assert.equal(of({state: 'ended', start: 0}), 'ended');
	assert.equal(of({state: 'scheduled', start: 0, delayed: true}), 'delayed');
	assert.equal(of({state: 'scheduled', start: 0}), 'scheduled');
	assert.equal(stateOf(/** @type {any} */ ({live: false, doors: null})), 'demand');
});

test('rules of a link are said in words', () => {
	assert.equal(linkRules({lifetime_hours: 24, max_uses: 1}), 'Once, for 24 hours, on one device');
	assert.equal(usesWord(0), 'Any number of times');
	assert.equal(usesWord(5), '5 times');
	assert.equal(hoursWord(72), '3 days');
	assert.equal(hoursWord(1), '1 hour');
});

test('an invitation is in its filter', () => {
	/** @param {string} state */
	const kept = (state) => FILTERS.filter((f) => f.has(/** @type {any} */ ({state, uses: 0}))).map((f) => f.id);
	assert.deepEqual(kept('sent'), ['all', 'sent']);
	assert.deepEqual(kept('redeemed'), ['all', 'joined']);
	assert.deepEqual(kept('expired'), ['all', 'problems']);
	assert.deepEqual(kept('revoked'), ['all', 'problems']);
	assert.equal(whereIs(/** @type {any} */ ({state: 'opened'})).steps, 2);
});

test('managers go by their first names', () => {
	assert.equal(firstNames(['Jonas Lindqvist', 'Siobhán Kelly', 'Mei-Ling Chen']), 'Jonas, Siobhán and Mei-Ling');
	assert.equal(firstNames(['Jonas Lindqvist']), 'Jonas');
	assert.equal(firstNames(['A', 'B', 'C', 'D', 'E']), 'A, B, C and 2 more');
});

test('a form sends what its kind has and no more', () => {
	const d = {...draftOf(null, 'Europe/Lisbon'), title: ' Town hall ', start: '2026-12-03T15:00'};
	assert.deepEqual(bodyOf(d), {
		title: 'Town hall', description: '', kind: 'webcast', access: 'invited', stage_url: '', start: '2026-12-03T15:00',
		zone: 'Europe/Lisbon', collaboration: true, premoderation: true,
	});
	assert.deepEqual(Object.keys(bodyOf({...d, kind: 'video'})), ['title', 'description', 'kind', 'access', 'stage_url']);
	assert.equal(bodyOf({...d, collaboration: false}).premoderation, false);
});

test('a form says what is missing', () => {
	assert.deepEqual(Object.keys(missing(draftOf(null, 'UTC'))), ['title']);
	assert.deepEqual(missing({...draftOf(null, 'UTC'), title: 'x', kind: 'audio'}), {});
});

test('the chosen start is always printed with its zone', () => {
	const d = {...draftOf(null, 'Europe/Lisbon'), start: '2026-12-03T15:00'};
	assert.equal(startInWords(d, 'Europe/Berlin'), 'Thu 3 Dec 2026, 15:00 in Lisbon, 16:00 your time');
	assert.equal(startInWords({...d, start: ''}, 'UTC'), '');
	assert.match(startInWords({...d, start: '2027-03-28T01:30'}, 'Europe/Lisbon'), /skip this time/);
	assert.match(startInWords({...d, start: '2026-10-25T01:30'}, 'Europe/Lisbon'), /first of the two/);
});

test('a form for an existing medium holds its start as its own clocks show it', () => {
	const d = draftOf(/** @type {any} */ ({start, zone: 'Europe/Lisbon', kind: 'webcast', title: 'x'}), 'UTC');
	assert.equal(d.start, '2026-12-03T15:00');
	assert.equal(d.zone, 'Europe/Lisbon');
});

test('what was typed is found at the start of a word, whatever its accents', () => {
	assert.deepEqual(split('Ingrid Sørensen', 'ing'), ['', 'Ing', 'rid Sørensen']);
	assert.deepEqual(split('Siobhán Kelly', 'kel'), ['Siobhán ', 'Kel', 'ly']);
	assert.deepEqual(split('Ébène Sing', 'ebe'), ['', 'Ébè', 'ne Sing']);
	assert.deepEqual(split('Sing', 'ing'), ['Sing', '', '']);
	assert.deepEqual(split('Sing', ' '), ['Sing', '', '']);
});

test('domains are taken as people write them', () => {
	assert.deepEqual(domains('Marlow.example\n@b.example, *.c.example  ann@d.example\n\nb.example'), ['marlow.example', 'b.example', 'c.example', 'd.example']);
	assert.deepEqual(domains(' \n '), []);
});

test('home puts what has no date last', () => {
	const of = (id, state, start) => /** @type {any} */ ({ id, live: true, doors: { state, start } });
	const { live, coming, ended, demand } = sortMedia([of('none', 'scheduled', 0), of('late', 'scheduled', 9), of('soon', 'scheduled', 5), of('on', 'open', 1), of('over', 'ended', 1), /** @type {any} */ ({ id: 'v', live: false, doors: null, created_at: 1 })]);
	assert.deepEqual(coming.map((m) => m.id), ['soon', 'late', 'none']);
	assert.deepEqual([live, ended, demand].map((l) => l.map((m) => m.id)), [['on'], ['over'], ['v']]);
});

test('only what was changed is sent', () => {
	const was = { ...draftOf(null, 'Europe/Lisbon'), title: 'x', start: '2026-12-03T15:00' };
	assert.deepEqual(changesOf({ ...was, title: 'y' }, was), { title: 'y' });
	assert.deepEqual(changesOf({ ...was, zone: 'UTC' }, was), { zone: 'UTC', start: '2026-12-03T15:00' });
	assert.deepEqual(changesOf(was, was), {});
});
