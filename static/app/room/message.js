import { h, html } from '../lib/index.js';
import { memo } from '../lib/memo.js';
import { clock } from '../lib/time.js';
import { Avatar, Icon, RoleChip } from '../lib/ui.js';
import { Text, mention } from '../lib/ui/text.js';
import { PersonMenu } from './person-menu.js';

/** One message. @type {import('../lib/index.js').FC<{row: Extract<import('./rows.js').Row, {kind: 'message'}>, me: string, myId: string, room: import('./store.js').Room, tools: boolean}>} */
export const Message = memo(({ row, me, myId, room, tools }) => {
	const { m, head } = row;
	const mine = m.from.id === myId;
	const toMe = !mine && Boolean(mention(m.text, me));
	return html`<article class="message ${head ? 'head' : ''} ${toMe ? 'to-me' : ''}">
		${head && h(Avatar, { id: m.from.id, name: m.from.name })}
		<div class="message-body">
			${head && html`<p class="message-head"><span class="message-name">${m.from.name}</span>
				${mine && html`<span class="quiet">you</span>`}${m.from.role !== 'viewer' && !mine && h(RoleChip, { role: m.from.role })}
				<time class="message-time num" datetime=${new Date(m.at).toISOString()}>${clock(m.at)}</time></p>`}
			<p class="message-text">${!head && html`<span class="sr-only">${m.from.name}: </span>`}${h(Text, { text: m.text, me: mine ? undefined : me })}</p>
		</div>
		${tools && !mine && html`<div class="row-tools">${h(PersonMenu, { room, person: m.from })}</div>`}
	</article>`;
});

/** A message of mine that the room has not shown yet. @param {{p: import('./store.js').Pending, me: import('../wire.d.ts').You, room: import('./store.js').Room}} props */
export function PendingMessage({ p, me, room }) {
	return html`<article class="message head pending">
		${h(Avatar, { id: me.id, name: me.name })}
		<div class="message-body">
			<p class="message-head"><span class="message-name">${me.name}</span> <span class="quiet">you</span> <time class="message-time num">${clock(p.at)}</time></p>
			<p class="message-text ${p.failed === undefined ? 'fade' : ''}">${h(Text, { text: p.text })}</p>
			${p.failed === undefined
				? html`<p class="message-state">Sending…</p>`
				: html`<p class="message-state failed" title=${p.failed}>${h(Icon, { name: 'warn', size: 14 })}<span>Not sent</span>
					<button type="button" class="text-button" onClick=${() => room.say(p.channel, p.text, p.key)}>Retry</button>
					<button type="button" class="text-button" onClick=${() => room.discard(p.key)}>Delete</button></p>
					<p class="message-why">${p.failed}</p>`}
		</div>
	</article>`;
}

export function NewRule() {
	return html`<div class="new-rule" role="separator"><span>New since you looked</span></div>`;
}
