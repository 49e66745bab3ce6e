import { h, html, render } from '../lib/index.js';
import { Avatar, Button, Chip, Dialog, Icon, IconButton, LinkButton, LivePill, Mark, Menu, RoleChip, ThemeButton } from '../lib/ui.js';
import { count1000, plural } from '../lib/text.js';
import { theme, toggleTheme } from '../lib/theme.js';
import { managerItems } from './doors.js';
import { Since } from './question.js';
import { openHelp } from './help.js';
import { About } from './stage.js';

/** @param {{room: import('./store.js').Room}} props */
export function Header({ room }) {
	const s = room.crowd.value;
	const d = s.doors;
	if (!s.you) return null;
	const here = plural(Math.max(1, s.here), 'person is here', 'people are here'); // the count comes a moment after oneself
	return html`<header class="room-header">
		<a class="header-mark" href="/" aria-label="Greenroom, home">${h(Mark, { size: 24 })}</a><span class="header-rule" aria-hidden="true"></span>
		<h1 class="room-title">${s.room?.title}</h1>
		${d?.state === 'open' ? h(LivePill, {}) : d?.state === 'scheduled' ? h(Chip, { tone: d.delayed ? 'warn' : 'accent', icon: d.delayed ? 'clock' : 'calendar' }, d.delayed ? 'Delayed' : 'Scheduled') : null}
		${d?.state === 'open' && d.opened_at ? html`<span class="header-time">${h(Since, { room, at: d.opened_at })}</span>` : null}
		<span class="grow"></span>
		<div class="header-wide">
			<span class="header-people num" title=${here}>${h(Icon, { name: 'people', size: 18 })}<span aria-hidden="true">${count1000(Math.max(1, s.here))}</span><span class="sr-only">${here}</span></span>
			${h(ThemeButton, {})}
			${h(IconButton, { icon: 'help', label: 'Help', onClick: openHelp })}
			<span class="header-you" title=${s.you.name}><span class="sr-only">You are ${s.you.name}</span>${h(Avatar, { id: s.you.id, name: s.you.name, size: 28 })}${s.you.role !== 'viewer' && h(RoleChip, { role: s.you.role })}</span>
			${h(LinkButton, { href: '/', kind: 'ghost', icon: 'leave', class: 'leave' }, 'Leave')}
		</div>
		<div class="header-narrow">${h(NarrowMenu, { room })}</div>
	</header>`;
}

/** What a small screen has no room for. @param {{room: import('./store.js').Room}} props */
function NarrowMenu({ room }) {
	const s = room.crowd.value;
	const you = s.you;
	if (!you) return null;
	return h(Menu, {
		label: 'More', size: 'md',
		head: html`${h(Avatar, { id: you.id, name: you.name, size: 36 })}<span><b>${you.name}</b><small>${you.role ? you.role[0].toUpperCase() + you.role.slice(1) : ''}, ${plural(s.here, 'person is here', 'people are here')}</small></span>`,
		items: () => [
			{ label: 'About this session', icon: 'info', onSelect: () => openAbout(room) },
			{ label: theme.value === 'dark' ? 'Light theme' : 'Dark theme', icon: theme.value === 'dark' ? 'sun' : 'moon', onSelect: toggleTheme },
			{ label: 'Help', icon: 'help', onSelect: openHelp },
			...(room.can('manage') ? [/** @type {const} */ ('rule'), ...managerItems(room)] : []),
			/** @type {const} */ ('rule'), { label: 'Leave', icon: 'leave', href: '/' },
		],
	});
}

/** @param {import('./store.js').Room} room */
function openAbout(room) {
	const place = document.createElement('div');
	document.body.append(place);
	const close = () => {
		render(null, place);
		place.remove();
	};
	render(h(Dialog, { title: room.title.value, onClose: close, cross: true, foot: h(Button, { kind: 'primary', onClick: close }, 'Close') }, h(About, { room })), place);
}
