import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock, ago, clock, day, elapsed, moment, nextTick, parts, spoken } from '../../static/app/lib/time.js';

test('a browser that is hours wrong counts by the server', () => {
	let steady = 1000;
	const c = new Clock(() => 9_999_999, () => steady);
	c.set(50_000);
	assert.equal(c.now(), 50_000);
	steady += 1500;
	assert.equal(c.now(), 51_500);
});

test('half of the way there and back is added', () => {
	let steady = 0;
	const c = new Clock(() => 0, () => steady);
	steady = 300;
	c.set(50_000, 100);
	assert.equal(c.now(), 50_100);
});

test('zero is shown when it is due, not before', () => {
	assert.equal(parts(1).total, 1);
	assert.equal(parts(0).total, 0);
	assert.equal(parts(-5).total, 0);
	assert.deepEqual(parts(((26 * 60 + 12) * 60 + 47) * 1000), { total: 94_367, days: 1, hours: 2, minutes: 12, seconds: 47 });
});

test('the next tick is when the shown second changes', () => {
	for (const left of [1, 999, 1000, 1001, 59_500]) {
		const wait = nextTick(left);
		assert.ok(wait >= 1 && wait <= 1000);
		assert.equal(parts(left - wait).total, parts(left).total - 1, `${left}`);
		if (wait > 1) assert.equal(parts(left - wait + 1).total, parts(left).total, `${left}`);
	}
});

test('times are written plainly', () => {
	assert.equal(elapsed(24 * 60_000 + 18_000), '24:18');
	assert.equal(elapsed(3_723_000), '1:02:03');
	assert.equal(ago(30_000), 'now');
	assert.equal(ago(6 * 60_000), '6 min');
	assert.equal(ago(50 * 3600_000), '2 d');
	assert.equal(spoken(600_000), '10 minutes');
	assert.equal(spoken(767_000), '12 minutes and 47 seconds');
	assert.equal(spoken(1000), '1 second');
});

test('a moment is told in its zone, and in mine where that differs', () => {
	const at = Date.UTC(2026, 11, 3, 15, 0);
	assert.equal(day(at, 'Europe/Lisbon'), 'Thursday 3 December 2026');
	assert.equal(clock(at, 'Europe/Oslo'), '16:00');
	assert.deepEqual(moment(at, 'Europe/Lisbon', 'Europe/Oslo'), { there: 'Thursday 3 December 2026, 15:00 in Lisbon', here: '16:00 your time, Oslo' });
	assert.equal(moment(at, 'Europe/Lisbon', 'Europe/London').here, '');
	assert.equal(moment(at, 'Europe/Lisbon', 'Pacific/Auckland').here, 'Fri 4 Dec, 04:00 your time, Auckland');
	assert.match(moment(at, 'No/Such', 'UTC').there, /15:00/);
});
