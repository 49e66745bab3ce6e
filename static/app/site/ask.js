// Asks the server for what a page shows, and again while the page is looked at.
import { asProblem, get } from '../lib/api.js';
import { useEffect, useRef, useState } from '../lib/index.js';
import { nextTick } from '../lib/time.js';
import { clock } from './session.js';

/**
 * @template T
 * @typedef {object} Answer
 * @property {T|undefined} data what the server last said; stays while asking anew fails
 * @property {import('../lib/api.js').Problem|null} problem of the last time
 * @property {() => void} again
 * @property {(data: T) => void} set
 */

/**
 * @template T
 * @param {string|null} path null asks nothing
 * @param {number} [every] milliseconds until asked again, while the tab is visible
 * @returns {Answer<T>}
 */
export function useAsk(path, every = 0) {
	const [data, setData] = useState(/** @type {T|undefined} */ (undefined));
	const [problem, setProblem] = useState(/** @type {import('../lib/api.js').Problem|null} */ (null));
	const again = useRef(() => {});
	useEffect(() => {
		if (!path) return undefined;
		const stop = new AbortController();
		let timer = 0;
		let asking = false;
		const ask = async () => {
			clearTimeout(timer);
			if (asking) return;
			asking = true;
			try {
				setData(await get(path, stop.signal));
				setProblem(null);
			} catch (err) {
				if (!stop.signal.aborted) setProblem(asProblem(err));
			}
			asking = false;
			if (every && !document.hidden && !stop.signal.aborted) timer = window.setTimeout(ask, every);
		};
		const seen = () => { if (every && !document.hidden) ask(); };
		again.current = ask;
		document.addEventListener('visibilitychange', seen);
		window.addEventListener('online', ask);
		ask();
		return () => {
			stop.abort();
			clearTimeout(timer);
			document.removeEventListener('visibilitychange', seen);
			window.removeEventListener('online', ask);
		};
	}, [path, every]);
	return { data, problem, again: () => again.current(), set: setData };
}

/**
 * Milliseconds until a time by the server's clock, anew each second while
 * there are any.
 * @param {number} at 0: no time
 */
export function useLeft(at) {
	const [left, setLeft] = useState(at ? at - clock.now() : 0);
	useEffect(() => {
		if (!at) return undefined;
		let timer = 0;
		const tick = () => {
			const ms = at - clock.now();
			setLeft(ms);
			if (ms > 0) timer = window.setTimeout(tick, nextTick(ms));
		};
		tick();
		return () => clearTimeout(timer);
	}, [at]);
	return left;
}

/**
 * Puts the focus into the first field that is wrong, in the dialog on top or
 * else on the page.
 * @param {Record<string, string>} errors by field
 */
export function useFirstError(errors) {
	useEffect(() => {
		if (!Object.keys(errors).length) return;
		const top = [...document.querySelectorAll('dialog[open]')].pop() ?? document;
		/** @type {HTMLElement|null} */ (top.querySelector('[aria-invalid=true]'))?.focus();
	}, [errors]);
}

/** Sets the tab's title. @param {string} words */
export function useTitle(words) {
	useEffect(() => { document.title = words ? `${words} · Greenroom` : 'Greenroom'; }, [words]);
}
