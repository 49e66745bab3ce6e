import { h, html } from '../lib/index.js';
import { Button, Chip, Icon, SinglePage, roleWords } from '../lib/ui.js';
import { count1000, firstName, plural } from '../lib/text.js';
import { moment } from '../lib/time.js';
import { Countdown } from './countdown.js';
import { download } from './calendar.js';

/**
 * The doors are closed: what it is, when, and how long yet.
 * @param {object} props
 * @param {{id: string, title: string, description?: string, host: string, zone: string}|null} props.info
 * @param {import('../wire.d.ts').Doors|null} props.doors
 * @param {import('../lib/time.js').Clock} props.clock
 * @param {string} props.name
 * @param {string} props.role
 * @param {number} props.waiting
 * @param {any} [props.foot]
 * @param {any} [props.form] stands in place of the plain words
 * @param {boolean} [props.offline]
 */
export function Waiting({ info, doors, clock, name, role, waiting, foot, form, offline }) {
	if (!info || !doors) return null;
	document.title = `${info.title} – Greenroom`;
	const at = doors.start ? moment(doors.start, info.zone) : null;
	const who = name ? `You are on the list, ${firstName(name)}.` : 'You are on the list.';
	const calendar = () => download({ id: info.id, title: info.title, description: info.description ?? '', start: doors.start, host: info.host, url: '', now: clock.now() });
	return h(SinglePage, { art: 'curtain-waiting', foot: foot ?? html`<span>Hosted by ${info.host}</span>` }, html`
		<div class="lobby-chips">${doors.delayed && h(Chip, { tone: 'warn', icon: 'clock' }, 'Delayed')}
			${role && role !== 'viewer' && roleWords[role] ? h(Chip, { tone: roleWords[role].tone, icon: roleWords[role].icon }, `You are invited as a ${role}`) : null}</div>
		<h1>${info.title}</h1>
		<p class="lobby-when">${at ? html`<span>${at.there}</span>${at.here && html`<span class="quiet">${at.here}</span>`}` : html`<span>${doors.delayed ? 'Delayed until further notice' : 'The time will be announced'}</span>`}</p>
		${doors.word && html`<blockquote class="lobby-word">${doors.word}<footer>${info.host}</footer></blockquote>`}
		${doors.start ? h(Countdown, { at: doors.start, clock }) : null}
		<p class="lobby-text">${who} Stay here, and the doors open by themselves when ${firstName(info.host)} opens them.</p>
		${form}
		<div class="lobby-actions">${doors.start ? h(Button, { size: 'lg', icon: 'calendar', onClick: calendar }, 'Add to calendar') : null}
			${offline ? html`<span class="lobby-quiet" role="status">${h(Icon, { name: 'retry', size: 18 })}Reconnecting…</span>`
				: waiting > 1 ? html`<span class="lobby-quiet num" title=${plural(waiting, 'person')}>${h(Icon, { name: 'people', size: 18 })}${count1000(waiting)} people are waiting</span>` : null}</div>`);
}
