import { html, useEffect, useRef, useState } from '../lib/index.js';
import { announce } from '../lib/announce.js';
import { nextTick, parts, spoken, two } from '../lib/time.js';

/**
 * What is left until a time by the server's clock. It ticks when the shown
 * second changes, and says so aloud at ten minutes, one minute, and the start.
 * @param {{at: number, clock: import('../lib/time.js').Clock, small?: boolean}} props
 */
export function Countdown({ at, clock, small }) {
	const [, tick] = useState(0);
	const left = at - clock.now();
	const before = useRef(left);
	useEffect(() => {
		for (const mark of [600_000, 60_000]) if (before.current > mark && left <= mark) announce(`${spoken(mark)} to go`, 'countdown');
		if (before.current > 0 && left <= 0) announce('It starts any moment now', 'countdown');
		before.current = left;
		const timer = setTimeout(() => tick((n) => n + 1), nextTick(at - clock.now()));
		return () => clearTimeout(timer);
	});
	if (left <= 0) return html`<p class="countdown-now ${small ? 'small' : ''}" role="timer">Any moment now</p>`;
	const p = parts(left);
	const cells = p.days ? [[String(p.days), 'days'], [two(p.hours), 'hours'], [two(p.minutes), 'minutes']]
		: p.hours ? [[String(p.hours), 'hours'], [two(p.minutes), 'minutes'], [two(p.seconds), 'seconds']]
			: [[two(p.minutes), 'minutes'], [two(p.seconds), 'seconds']];
	return html`<div class="countdown ${small ? 'small' : ''}" role="timer" aria-label=${`Starts in ${spoken(left)}`}>
		${cells.map(([n, word], i) => html`<div class="count-cell" key=${word} aria-hidden="true">${i > 0 && html`<span class="count-colon">:</span>`}<span class="count-number">${[...n].map((c, at) => html`<span key=${at}>${c}</span>`)}</span><span class="count-word">${Number(n) === 1 ? word.slice(0, -1) : word}</span></div>`)}
	</div>`;
}
