// Parts that the viewers' and the staff's lists of questions share.
import { h, html, useEffect, useState } from '../lib/index.js';
import { Avatar, Button, Icon, RoleChip } from '../lib/ui.js';
import { clock, elapsed } from '../lib/time.js';
import { plural } from '../lib/text.js';
import { Text } from '../lib/ui/text.js';
import { attempt } from './attempt.js';
import { answerInText } from './answer.js';

/** @typedef {import('../wire.d.ts').Question} Q */
/** @typedef {import('./store.js').Room} Room */

/** Who asked, and when. @param {{q: Q, when: string, me?: string}} props */
export function Asker({ q, when, me }) {
	const name = q.mine ? (q.anonymous ? 'You, anonymously' : 'You') : q.asker?.name ?? 'Anonymous';
	return html`<p class="asker">${h(Avatar, { id: q.asker?.id ?? (q.mine && !q.anonymous ? me : ''), name: q.asker?.name ?? name, size: 20, anonymous: !q.asker && !(q.mine && !q.anonymous) })}
		<span class="asker-name">${name}</span>${!q.mine && q.asker && q.anonymous ? html`<span>anonymous to viewers</span>` : null}<span class="num">· ${when}</span></p>`;
}

/** What was answered. @param {{q: Q, me?: string}} props */
export function Answers({ q, me }) {
	if (q.state === 'answered' && !q.answers?.length && q.how === 'text') {
		return html`<p class="answered-live">${h(Icon, { name: 'check', size: 14 })}Answered to the asker${q.since ? `, ${clock(q.since)}` : ''}</p>`;
	}
	if (q.state === 'answered' && !q.answers?.length) {
		return html`<p class="answered-live">${h(Icon, { name: 'check', size: 14 })}Answered live${q.since ? `, ${clock(q.since)}` : ''}</p>`;
	}
	return (q.answers ?? []).map((a, i) => html`<div key=${i} class="answer">
		<p class="answer-head">${h(Icon, { name: 'check', size: 16 })}<span class="message-name">${a.by.id === me ? 'You' : a.by.name}</span>${a.by.role !== 'viewer' && h(RoleChip, { role: a.by.role })}
			<time class="message-time num">${clock(a.at)}</time></p>
		${a.to === 'asker' && html`<p class="answer-to">${q.mine ? 'Only you and the hosts see this.' : 'Only the asker and the hosts see this.'}</p>`}
		<p class="answer-text">${h(Text, { text: a.text })}</p></div>`);
}

/** The question that is being answered aloud. @param {{room: Room, q: Q, staff?: boolean}} props */
export function NowCard({ room, q, staff }) {
	const votes = room.asking.value.votes[q.id] ?? 0;
	const by = q.by?.name;
	return html`<section class="now-card" aria-label="Being answered now">
		<p class="now-head">${h(Icon, { name: 'now', size: 18 })}<span>${staff ? 'Now' : 'Answering now'}</span>${staff && h(Since, { room, at: q.since })}
			<span class="now-end">${staff
				? html`${h(Button, { kind: 'primary', size: 'xs', icon: 'check', onClick: () => attempt(room.command('answered', { question: q.id, version: q.version })) }, 'Answered')}
					${h(Button, { kind: 'ghost', size: 'xs', onClick: () => answerInText(room, q) }, 'Answer…')}`
				: html`<span class="num">${plural(votes, 'vote')}</span>`}</span></p>
		<p class="now-text">${q.text}</p>
		<p class="now-foot">${[q.mine ? 'You asked' : q.asker?.name ?? 'Anonymous', staff && q.anonymous && 'anonymous to viewers', staff ? plural(votes, 'vote') : by && `${by} is answering`, staff && by && `on stage by ${by}`].filter(Boolean).join(' · ')}</p>
	</section>`;
}

/** A running time. @param {{room: Room, at: number}} props */
export function Since({ room, at }) {
	const [, tick] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => tick((n) => n + 1), 1000);
		return () => clearInterval(timer);
	}, []);
	return html`<span class="num now-since">${elapsed(room.clock.now() - at)}</span>`;
}

/** A toggle, never a plain button: pressed is my vote. @param {{room: Room, q: Q}} props */
export function Vote({ room, q }) {
	const s = room.asking.value;
	const on = Boolean(s.voted[q.id]);
	const votes = s.votes[q.id] ?? 0;
	return html`<button type="button" class="vote num" aria-pressed=${String(on)} aria-label=${`Upvote, ${plural(votes, 'vote')}`} disabled=${q.mine}
		title=${q.mine ? 'This is your question' : undefined} onClick=${() => attempt(room.upvote(q.id, !on))}>
		${h(Icon, { name: 'up', size: 16 })}<span>${votes}</span></button>`;
}
