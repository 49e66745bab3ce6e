import assert from 'node:assert/strict';
import test from 'node:test';
import { get } from '../../static/app/lib/api.js';

/** Answers with the head of a good answer whose body never comes whole. */
const cutOff = () => Promise.resolve(/** @type {any} */ ({ ok: true, status: 200, headers: new Headers(), json: () => Promise.reject(new TypeError('terminated')) }));

test('an answer that breaks off is no answer', async (t) => {
	t.mock.method(globalThis, 'fetch', cutOff);
	await assert.rejects(get('/session'), { code: 'offline' });
});

test('an answer that was given up in its middle is no answer', async (t) => {
	t.mock.method(globalThis, 'fetch', cutOff);
	const stop = new AbortController();
	stop.abort();
	await assert.rejects(get('/accounts', stop.signal), { code: 'aborted' });
});
