// Time by the server's clock, and how it is written. No DOM.

/** A clock that knows how far this browser's is from the server's. */
export class Clock {
	/** @param {() => number} [local] @param {() => number} [steady] */
	constructor(local = () => Date.now(), steady = () => performance.now()) {
		this.steady = steady;
		this.origin = local() - steady();
		this.known = false;
	}

	/**
	 * Takes the server's time. Where the request's start is given (by steady),
	 * half of the way there and back is added.
	 * @param {number} now @param {number} [asked]
	 */
	set(now, asked) {
		const here = this.steady();
		const half = asked === undefined ? 0 : Math.max(0, here - asked) / 2;
		this.origin = now + half - here;
		this.known = true;
	}

	/** The server's time. It goes on evenly though somebody sets the browser's clock. */
	now() {
		return this.origin + this.steady();
	}
}

/**
 * What is left until a time, in whole seconds, rounded up so that 0 is shown
 * when it is due and not before.
 * @param {number} ms
 */
export function parts(ms) {
	const total = Math.max(0, Math.ceil(ms / 1000));
	return {
		total, days: Math.floor(total / 86400), hours: Math.floor(total / 3600) % 24,
		minutes: Math.floor(total / 60) % 60, seconds: total % 60,
	};
}

/** Milliseconds until the shown seconds change. @param {number} ms left */
export const nextTick = (ms) => (ms <= 0 ? 1000 : (((ms - 1) % 1000) + 1000) % 1000 + 1);

/** @param {number} n */
export const two = (n) => String(n).padStart(2, '0');

/** 24:18, or 1:02:03. @param {number} ms */
export function elapsed(ms) {
	const s = Math.max(0, Math.floor(ms / 1000));
	const h = Math.floor(s / 3600);
	const m = Math.floor(s / 60) % 60;
	return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** "now", "6 min", "2 h", "3 d". @param {number} ms how long ago */
export function ago(ms) {
	const min = Math.floor(ms / 60000);
	if (min < 1) return 'now';
	if (min < 60) return `${min} min`;
	if (min < 48 * 60) return `${Math.floor(min / 60)} h`;
	return `${Math.floor(min / 1440)} d`;
}

/** "12 minutes and 47 seconds", for ears. @param {number} ms */
export function spoken(ms) {
	const p = parts(ms);
	const list = [[p.days, 'day'], [p.hours, 'hour'], [p.minutes, 'minute'], [p.seconds, 'second']]
		.filter(([n]) => n).slice(0, 2).map(([n, word]) => `${n} ${word}${n === 1 ? '' : 's'}`);
	return list.join(' and ') || 'no time';
}

export const localZone = () => {
	try {
		return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
	} catch {
		return 'UTC';
	}
};

/** "Lisbon" from "Europe/Lisbon". @param {string} zone */
export const city = (zone) => (zone.split('/').pop() ?? zone).replaceAll('_', ' ');

/** @param {string} zone */
function known(zone) {
	try {
		new Intl.DateTimeFormat('en-GB', { timeZone: zone });
		return zone;
	} catch {
		return 'UTC';
	}
}

/** 15:00. @param {number} at @param {string} [zone] */
export const clock = (at, zone) => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone && known(zone) }).format(at);

/** Thursday 3 December 2026. @param {number} at @param {string} [zone] @param {boolean} [short] */
export function day(at, zone, short = false) {
	const p = new Intl.DateTimeFormat('en-GB', short
		? { weekday: 'short', day: 'numeric', month: 'short', timeZone: zone && known(zone) }
		: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: zone && known(zone) }).formatToParts(at);
	return p.filter((x) => x.type !== 'literal').map((x) => x.value).join(' ');
}

/**
 * The moment in its own zone, and in this browser's where that reads
 * differently.
 * @param {number} at @param {string} zone @param {string} [mine]
 */
export function moment(at, zone, mine = localZone()) {
	const there = `${day(at, zone)}, ${clock(at, zone)}${zone ? ` in ${city(zone)}` : ''}`;
	const same = !zone || (clock(at, zone) === clock(at, mine) && day(at, zone) === day(at, mine));
	if (same) return { there, here: '' };
	const when = day(at, zone) === day(at, mine) ? clock(at, mine) : `${day(at, mine, true)}, ${clock(at, mine)}`;
	return { there, here: `${when} your time, ${city(mine)}` };
}
