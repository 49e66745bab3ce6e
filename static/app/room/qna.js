import { h, html, useEffect, useRef, useState } from '../lib/index.js';
import { List } from '../lib/list.js';
import { Button, EmptyState, Icon, Menu, Segmented } from '../lib/ui.js';
import { clock } from '../lib/time.js';
import { nowOn, questions } from '../lib/state.js';
import { AskBox } from './ask.js';
import { Answers, Asker, NowCard, Vote } from './question.js';
import { answerInText } from './answer.js';
import { attempt } from './attempt.js';
import { useHeldOrder } from './held-order.js';
import { Drawing } from './drawings.js';

/** @typedef {import('../wire.d.ts').Question} Q */
/** @typedef {import('./store.js').Room} Room */

/** Questions as the audience sees them. Speakers may answer here. @param {{room: Room}} props */
export function Qna({ room }) {
	const s = room.asking.value;
	const [filter, setFilter] = useState('all');
	const [order, setOrder] = useState(/** @type {'top'|'new'} */ ('top'));
	const shared = (/** @type {Q} */ q) => q.state === 'open' || q.state === 'answered';
	const waiting = questions(s, (q) => Boolean(q.mine) && (q.state === 'held' || q.state === 'dismissed'), 'new');
	const now = nowOn(s);
	const all = questions(s, shared, order);
	const answered = all.filter((q) => q.state === 'answered');
	const mine = all.filter((q) => q.mine);
	const sorted = filter === 'answered' ? answered : filter === 'mine' ? mine : all;
	const list = useHeldOrder(sorted, `${filter} ${order}`);
	const box = useHold(list.hold);
	const [, redraw] = useState(0);
	const none = !all.length && !waiting.length && !now;
	const before = html`
		${now && h(NowCard, { room, q: now, staff: room.can('answer') })}
		${(all.length || waiting.length) ? html`<div class="filters">${h(Segmented, { label: 'Which questions', value: filter, onChange: setFilter, options: [
			{ value: 'all', label: 'All', count: all.length }, { value: 'answered', label: 'Answered', count: answered.length }, { value: 'mine', label: 'Mine', count: mine.length + waiting.length },
		] })}
			${list.moved ? h(Button, { kind: 'ghost', size: 'xs', icon: 'retry', onClick: () => { list.release(); redraw((n) => n + 1); } }, 'Sort again') : h(SortMenu, { order, onChange: setOrder })}</div>` : null}
		${filter !== 'answered' && waiting.map((q) => h(Waiting, { key: q.id, room, q }))}`;
	return html`<div class="qna" ref=${box}>
		${h(AskBox, { room })}
		${none ? html`<div class="fill">${h(Drawing, { name: 'question' })}${h(EmptyState, { title: 'No questions yet', text: 'Ask the first one. You can stay anonymous.' })}</div>`
			: h(List, { items: list.items, keyOf: idOf, row: (/** @type {Q} */ q) => h(Row, { room, q }), label: 'Questions', before, class: 'questions',
				after: !list.items.length && !(waiting.length && filter !== 'answered') ? html`<p class="nothing">${!all.length && !waiting.length ? 'No other questions yet. Ask yours.' : filter === 'mine' ? 'You have not asked anything yet.' : 'Nothing here yet.'}</p>` : null })}
	</div>`;
}

/** @param {Q} q */
export const idOf = (q) => q.id;

/** Holds a list's order while the pointer or the focus is inside. @param {(inside: boolean) => void} hold */
export function useHold(hold) {
	const box = useRef(/** @type {HTMLElement|null} */ (null));
	const to = useRef(hold);
	to.current = hold;
	useEffect(() => {
		const el = box.current;
		if (!el) return undefined;
		const check = () => {
			const list = el.querySelector('.list-rows');
			const keyboard = list?.contains(document.activeElement) && document.activeElement !== list;
			to.current(Boolean(list?.matches(':hover')) || Boolean(keyboard));
		};
		const events = ['pointerover', 'pointerleave', 'focusin', 'focusout'];
		const later = () => queueMicrotask(check);
		events.forEach((e) => el.addEventListener(e, later));
		return () => events.forEach((e) => el.removeEventListener(e, later));
	}, []);
	return box;
}

/** @param {{order: 'top'|'new', onChange: (order: 'top'|'new') => void}} props */
function SortMenu({ order, onChange }) {
	return h(Menu, {
		label: `${order === 'top' ? 'Top' : 'New'}, sorted by ${order === 'top' ? 'votes' : 'time'}`, class: 'sort',
		items: [{ label: 'Top', hint: 'most votes', checked: order === 'top', onSelect: () => onChange('top') }, { label: 'New', hint: 'latest first', checked: order === 'new', onSelect: () => onChange('new') }],
	}, html`${order === 'top' ? 'Top' : 'New'}${h(Icon, { name: 'chevron', size: 16 })}`);
}

/** My own question that nobody else sees. @param {{room: Room, q: Q}} props */
function Waiting({ room, q }) {
	const held = q.state === 'held';
	const answered = Boolean(q.answers?.length);
	return html`<section class="own-waiting ${held ? '' : 'dismissed'}" aria-label="Your question">
		<p class="own-head">${h(Icon, { name: held ? 'clock' : answered ? 'check' : 'ban', size: 16 })}<span>${held ? 'Waiting for review' : answered ? 'Answered to you' : 'Not taken up'}</span>
			${held && h(Button, { kind: 'ghost', size: 'xs', onClick: () => attempt(room.command('withdraw', { question: q.id, version: q.version })) }, 'Withdraw')}</p>
		<p class="question-text">${q.text}</p>
		${h(Answers, { q })}
		<p class="quiet small">${held ? `Only you and the hosts see this.${q.anonymous ? ' Asked anonymously.' : ''}` : q.reason ? `The hosts say: ${q.reason}` : 'Only you and the hosts see this.'}</p>
	</section>`;
}

/** @param {{room: Room, q: Q}} props */
function Row({ room, q }) {
	const me = room.asking.value.you?.id;
	const answers = room.can('answer') && q.state === 'open';
	return html`<article class="question">
		${h(Vote, { room, q })}
		<div class="question-body"><p class="question-text">${q.text}</p>${h(Asker, { q, when: clock(q.at), me })}
			${q.mine && q.state === 'open' && h(Button, { kind: 'ghost', size: 'xs', class: 'withdraw', onClick: () => attempt(room.command('withdraw', { question: q.id, version: q.version })) }, 'Withdraw')}
			${answers && html`<div class="question-actions">
				${h(Button, { size: 'xs', icon: 'mic', onClick: () => attempt(room.command('answer_live', { question: q.id, version: q.version })) }, 'Answer live')}
				${h(Button, { size: 'xs', kind: 'ghost', onClick: () => answerInText(room, q) }, 'Answer…')}</div>`}
			${h(Answers, { q, me })}</div>
	</article>`;
}
