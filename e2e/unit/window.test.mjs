import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListWindow } from '../../static/app/lib/window.js';

const keys = (n, from = 0) => Array.from({ length: n }, (_, i) => `k${i + from}`);
const list = (n) => {
	const w = new ListWindow(50);
	w.setKeys(keys(n));
	return w;
};

test('only what is near the view is drawn, and the rest is space', () => {
	const w = list(10_000);
	const r = w.range(250_000, 600, 100);
	assert.ok(r.to - r.from < 20);
	assert.equal(r.before + (r.to - r.from) * 50 + r.after, w.total);
});

test('a measured row moves what comes after it, and nothing before', () => {
	const w = list(100);
	assert.ok(w.measure('k10', 90));
	assert.ok(!w.measure('k10', 90));
	assert.equal(w.at(500), 10);
	assert.equal(w.at(589), 10);
	assert.equal(w.at(590), 11);
	assert.equal(w.total, 100 * 50 + 40);
});

test('the row at the top stays where it is when rows come before and after it', () => {
	const w = list(100);
	const anchor = w.anchor(1234);
	w.setKeys([...keys(500, 1000), ...keys(100), ...keys(20, 5000)]);
	assert.equal(w.topOf(anchor), 1234 + 500 * 50);
});

test('an anchor whose row is gone falls back to its place', () => {
	const w = list(100);
	const anchor = w.anchor(500);
	w.setKeys(keys(100).filter((k) => k !== 'k10'));
	assert.equal(w.topOf(anchor), 500);
});

test('the list keeps its own copy of the keys', () => {
	const mine = keys(3);
	const w = new ListWindow(50);
	w.setKeys(mine);
	mine.push('later');
	assert.equal(w.total, 150);
});

test('an empty list has no anchor and no height', () => {
	const w = list(0);
	assert.equal(w.anchor(0), null);
	assert.deepEqual(w.range(0, 500), { from: 0, to: 0, before: 0, after: 0 });
});

test('a new width forgets the heights', () => {
	const w = list(10);
	w.measure('k0', 500);
	w.clear();
	assert.equal(w.total, 500);
});
