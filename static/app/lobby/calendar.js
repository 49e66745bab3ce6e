// A calendar file made in the browser, by RFC 5545.

/** @param {number} at */
const stamp = (at) => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
/** @param {string} text */
const escape = (text) => text.replace(/[\\;,]/g, (c) => `\\${c}`).replace(/\r?\n/g, '\\n');

/** Lines are at most 75 bytes; the rest goes on after a space. @param {string} line */
function fold(line) {
	const encoder = new TextEncoder();
	let out = '';
	let length = 0;
	for (const c of line) {
		const n = encoder.encode(c).length;
		if (length + n > 74) {
			out += '\r\n ';
			length = 1;
		}
		out += c;
		length += n;
	}
	return out;
}

/**
 * @param {{id: string, title: string, description: string, start: number, host: string, url: string, now: number}} event
 * @returns {string}
 */
export function ics({ id, title, description, start, host, url, now }) {
	return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Greenroom//EN', 'METHOD:PUBLISH', 'BEGIN:VEVENT', `UID:${id}@greenroom`, `DTSTAMP:${stamp(now)}`,
		`DTSTART:${stamp(start)}`, `DTEND:${stamp(start + 3600_000)}`, `SUMMARY:${escape(title)}`,
		`DESCRIPTION:${escape([description, host && `Host: ${host}`].filter(Boolean).join('\n\n'))}`, ...(url ? [`URL:${url}`] : []),
		'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT10M', `DESCRIPTION:${escape(title)}`, 'END:VALARM', 'END:VEVENT', 'END:VCALENDAR', '',
	].map(fold).join('\r\n');
}

/** @param {Parameters<typeof ics>[0]} event */
export function download(event) {
	const url = URL.createObjectURL(new Blob([ics(event)], { type: 'text/calendar' }));
	const a = document.createElement('a');
	a.href = url;
	a.download = `${event.title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').toLowerCase() || 'session'}.ics`;
	document.body.append(a);
	a.click();
	a.remove();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
