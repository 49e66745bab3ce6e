// Times as people read them. Everything here is pure: it takes the moment in
// Unix milliseconds, the zone's IANA name and, where a word like "today" is
// needed, the server's now.

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone */
function format(zone) {
	let f = formats.get(zone);
	if (!f) {
		f = new Intl.DateTimeFormat('en-GB', {
			timeZone: zone, weekday: 'short', year: 'numeric', month: 'short', day: 'numeric',
			hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
		});
		formats.set(zone, f);
	}
	return f;
}

/** The browser's own zone. */
export function myZone() {
	return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/**
 * @param {string} zone
 * @returns {boolean} whether this browser knows the zone
 */
export function knownZone(zone) {
	try {
		format(zone);
		return true;
	} catch {
		return false;
	}
}

/** Every zone that this browser knows, UTC among them. */
export function zones() {
	const all = Intl.supportedValuesOf('timeZone');
	return all.includes('UTC') ? all : ['UTC', ...all];
}

/**
 * What people call a zone: its city.
 * @param {string} zone
 */
export function zoneCity(zone) {
	return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ') || zone;
}

/**
 * @typedef {{weekday: string, day: string, month: string, year: string, time: string, date: string}} Wall
 * @param {number} ms
 * @param {string} zone
 * @returns {Wall} what a clock and a calendar on the wall show there
 */
export function wall(ms, zone) {
	/** @type {Record<string, string>} */
	const p = {};
	for (const {type, value} of format(knownZone(zone) ? zone : 'UTC').formatToParts(ms)) p[type] = value;
	return {
		weekday: p.weekday, day: p.day, month: p.month.slice(0, 3), year: p.year,
		time: `${p.hour}:${p.minute}`,
		date: `${p.weekday} ${p.day} ${p.month.slice(0, 3)} ${p.year}`,
	};
}

const DAY = 86_400_000;

/**
 * The day as one says it: Today, Tomorrow, Yesterday, or "Thu 3 Dec", with the
 * year where it isn't this one.
 * @param {number} ms
 * @param {string} zone
 * @param {number} now
 */
export function dayWord(ms, zone, now) {
	const w = wall(ms, zone);
	if (w.date === wall(now, zone).date) return 'Today';
	if (w.date === wall(now + DAY, zone).date) return 'Tomorrow';
	if (w.date === wall(now - DAY, zone).date) return 'Yesterday';
	return w.year === wall(now, zone).year ? w.date.slice(0, -5) : w.date;
}

/**
 * "Thu 3 Dec 2026, 15:00 in Lisbon, 16:00 your time". The second half is there
 * only where the clocks differ, and names its day where that differs too.
 * @param {number} ms
 * @param {string} zone the medium's
 * @param {string} mine the reader's
 */
export function inZones(ms, zone, mine) {
	const there = wall(ms, zone);
	return `${there.date}, ${there.time} in ${zoneCity(zone)}${yours(ms, zone, mine)}`;
}

/**
 * The same for something near: "Today 15:00 in Lisbon, 16:00 your time".
 * @param {number} ms
 * @param {string} zone
 * @param {string} mine
 * @param {number} now
 */
export function inZonesSoon(ms, zone, mine, now) {
	return `${dayWord(ms, zone, now)} ${wall(ms, zone).time} in ${zoneCity(zone)}${yours(ms, zone, mine)}`;
}

/**
 * @param {number} ms
 * @param {string} zone
 * @param {string} mine
 */
function yours(ms, zone, mine) {
	const there = wall(ms, zone);
	const here = wall(ms, mine);
	if (here.date !== there.date) return `, ${here.weekday} ${here.day} ${here.month}, ${here.time} your time`;
	return here.time === there.time ? '' : `, ${here.time} your time`;
}

/**
 * A moment in the reader's own zone, as short as can be: "14:11",
 * "Yesterday, 17:30", "Thu 3 Dec, 15:00".
 * @param {number} ms
 * @param {number} now
 * @param {string} zone
 */
export function stamp(ms, now, zone) {
	const day = dayWord(ms, zone, now);
	const {time} = wall(ms, zone);
	return day === 'Today' ? time : `${day}, ${time}`;
}

/**
 * What is left, as a clock counts down: "46:12", "1:04:20", "2 days".
 * @param {number} ms
 */
export function countdown(ms) {
	const s = Math.max(0, Math.ceil(ms / 1000));
	if (s >= 2 * 86_400) return `${Math.floor(s / 86_400)} days`;
	const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
	const h = Math.floor(s / 3600);
	const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
	return h > 0 ? `${h}:${rest}` : rest;
}

/**
 * The value of a datetime-local field for a moment in a zone.
 * @param {number} ms
 * @param {string} zone
 */
export function toLocal(ms, zone) {
	return new Date(ms + offset(ms, zone)).toISOString().slice(0, 16);
}

/**
 * The moment that a wall clock in a zone means. Only for showing it: the server
 * decides. NaN where local isn't a time; skipped where clocks jump over it.
 * @param {string} local "2026-12-03T15:00"
 * @param {string} zone
 * @returns {{ms: number, skipped: boolean, twice: boolean}}
 */
export function fromLocal(local, zone) {
	const naive = /^\d{4,}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}:00Z`) : NaN;
	if (Number.isNaN(naive) || !knownZone(zone)) return {ms: NaN, skipped: false, twice: false};
	const before = offset(naive - DAY, zone);
	const after = offset(naive + DAY, zone);
	const fits = [...new Set([before, after])]
		.map((o) => naive - o)
		.filter((ms) => toLocal(ms, zone) === local)
		.sort((a, b) => a - b);
	if (fits.length > 0) return {ms: fits[0], skipped: false, twice: fits.length > 1};
	return {ms: naive - before, skipped: true, twice: false};
}

/**
 * @param {number} ms
 * @param {string} zone
 * @returns {number} how far the zone's clock is ahead of UTC, in ms
 */
function offset(ms, zone) {
	const f = new Intl.DateTimeFormat('en-US', {
		timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
		hour: 'numeric', minute: 'numeric', second: 'numeric',
	});
	/** @type {Record<string, number>} */
	const p = {};
	for (const {type, value} of f.formatToParts(ms)) p[type] = Number(value);
	return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(ms / 1000) * 1000;
}
