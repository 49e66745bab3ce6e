// The pages that stand where the room was.
import { h, html } from '../lib/index.js';
import { Button, LinkButton, SinglePage } from '../lib/ui.js';

/** @typedef {import('./store.js').Room} Room */

/** @type {Record<string, {title: string, text: string, code: string, art?: string}>} */
const endings = {
	ended: { title: 'This session has ended', text: 'Thank you for coming.', code: 'ended' },
	removed: { title: 'You were removed from this session', text: 'If you think this is a mistake, write to the host.', code: 'removed' },
	replaced: { title: 'You opened this session elsewhere', text: 'Too many tabs and devices of yours were connected, so this one let go. Nothing is lost.', code: 'replaced' },
	signed_out: { title: 'You are not in this session', text: 'Open your invitation again, or sign in. Your draft is kept.', code: 'signed_out' },
	not_found: { title: 'There is no such session', text: 'It may have been deleted, or the address is cut off.', code: 'not_found' },
	bad_message: { title: 'A new version is ready', text: 'This page and the server don’t understand each other. Reload to go on; your draft is kept.', code: 'old_client' },
};

/** @type {Record<number, string>} */
const byCode = { 4400: 'bad_message', 4401: 'signed_out', 4403: 'removed', 4404: 'not_found', 4409: 'replaced', 4410: 'ended' };

/** @param {{room: Room, over: {code: number, problem?: import('../lib/api.js').Problem}}} props */
export function Ending({ room, over }) {
	const known = endings[byCode[over.code] ?? over.problem?.code ?? ''];
	const e = known ?? { title: over.problem?.title || 'You can’t enter this session', text: over.problem?.detail || 'Open your invitation again, or ask the host.', code: over.problem?.code ?? 'closed' };
	document.title = `${e.title} – Greenroom`;
	const host = room.state.value.room?.host;
	return h(SinglePage, { art: 'curtain-ghost-light', foot: html`<span class="code">${e.code}</span>${host && e.code !== 'not_found' ? html`<span>Hosted by ${host}</span>` : null}` }, html`
		<h1>${e.title}</h1><p class="lead">${e.text}</p>
		<div class="single-actions">${e.code === 'replaced' ? h(Button, { kind: 'primary', size: 'lg', onClick: () => room.comeBack() }, 'Come back here')
			: e.code === 'old_client' ? h(Button, { kind: 'primary', size: 'lg', onClick: () => location.reload() }, 'Reload')
				: e.code === 'signed_out' ? h(LinkButton, { href: `/signin?next=${encodeURIComponent(location.pathname)}`, kind: 'primary', size: 'lg' }, 'Sign in')
					: e.code === 'removed' ? null : h(LinkButton, { href: '/', size: 'lg' }, 'Go to the start')}</div>`);
}
