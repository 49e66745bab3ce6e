import { h, html, useState } from '../lib/index.js';
import { List } from '../lib/list.js';
import { Button, EmptyState, Icon, Menu, Segmented } from '../lib/ui.js';
import { ago } from '../lib/time.js';
import { nowOn, questions } from '../lib/state.js';
import { Answers, Asker, NowCard } from './question.js';
import { answerInText, dismiss, restore } from './answer.js';
import { attempt } from './attempt.js';
import { useHeldOrder } from './held-order.js';
import { idOf, useHold } from './qna.js';
import { Drawing } from './drawings.js';

/** @typedef {import('../wire.d.ts').Question} Q */
/** @typedef {import('./store.js').Room} Room */

/** @type {Record<string, {title: string, text: string, drawing: string}>} */
const nothing = {
	held: { title: 'All caught up', text: 'New questions appear here by themselves.', drawing: 'review' },
	open: { title: 'No open questions', text: 'What you publish is listed here.', drawing: 'question' },
	answered: { title: 'Nothing answered yet', text: 'Answered questions are kept here.', drawing: 'question' },
	dismissed: { title: 'Nothing dismissed', text: 'What you dismiss can be restored from here.', drawing: 'review' },
};

/** The staff's queue. @param {{room: Room}} props */
export function Queue({ room }) {
	const s = room.asking.value;
	const [chosen, setFilter] = useState('');
	const [order, setOrder] = useState(/** @type {'top'|'new'} */ ('top'));
	const by = {
		held: questions(s, (q) => q.state === 'held', 'old'), open: questions(s, (q) => q.state === 'open', order),
		answered: questions(s, (q) => q.state === 'answered', 'since'), dismissed: questions(s, (q) => q.state === 'dismissed', 'since'),
	};
	const filter = /** @type {keyof typeof by} */ (chosen || (by.held.length || s.settings.premoderation ? 'held' : 'open'));
	const list = useHeldOrder(by[filter], `${filter} ${order}`);
	const box = useHold(list.hold);
	const [, redraw] = useState(0);
	const now = nowOn(s);
	const empty = nothing[filter];
	return html`<div class="qna queue" ref=${box}>
		<div class="queue-top">
			${now && h(NowCard, { room, q: now, staff: true })}
			<div class="queue-line"><span class="quiet small">${s.settings.premoderation ? 'Questions are reviewed first' : 'Questions appear at once'}</span>
				<a class="queue-link" href=${`/r/${room.id}/present`} target="_blank" rel="noopener">Presenter view${h(Icon, { name: 'external', size: 16 })}</a></div>
			<div class="filters">${h(Segmented, { label: 'Which questions', value: filter, onChange: setFilter, options: [
				{ value: 'held', label: 'To review', count: by.held.length, strong: by.held.length > 0 }, { value: 'open', label: 'Open', count: by.open.length },
				{ value: 'answered', label: 'Answered', count: by.answered.length }, { value: 'dismissed', label: 'Dismissed', count: by.dismissed.length },
			] })}
				${list.moved ? h(Button, { kind: 'ghost', size: 'xs', icon: 'retry', class: 'resort', label: 'Sort again', onClick: () => { list.release(); redraw((n) => n + 1); } }, '')
					: h(QueueMenu, { room, order, onOrder: setOrder })}</div>
		</div>
		${list.items.length ? h(List, { items: list.items, keyOf: idOf, row: (/** @type {Q} */ q) => h(Row, { room, q }), label: 'Question queue', class: 'questions' })
			: html`<div class="fill">${h(Drawing, { name: empty.drawing })}${h(EmptyState, { title: empty.title, text: empty.text })}</div>`}
	</div>`;
}

/** @param {{room: Room, order: string, onOrder: (order: 'top'|'new') => void}} props */
function QueueMenu({ room, order, onOrder }) {
	const on = room.asking.value.settings.premoderation;
	return h(Menu, {
		label: 'Order and review', icon: 'filter',
		items: [
			{ label: 'Open: most votes first', checked: order === 'top', onSelect: () => onOrder('top') },
			{ label: 'Open: latest first', checked: order === 'new', onSelect: () => onOrder('new') },
			...(room.can('manage') ? [/** @type {const} */ ('rule'), { label: 'Review questions first', checked: on, onSelect: () => attempt(room.command('settings', { premoderation: !on })) }] : []),
		],
	});
}

/** @param {{room: Room, q: Q}} props */
function Row({ room, q }) {
	const s = room.asking.value;
	const votes = s.votes[q.id] ?? 0;
	return html`<article class="queue-row" aria-label=${`Question from ${q.asker?.name ?? 'somebody anonymous'}`}>
		<div class="queue-head">${h(Asker, { q, when: ago(room.clock.now() - q.at), me: s.you?.id })}
			${q.state !== 'held' && html`<span class="queue-votes num">${h(Icon, { name: 'up', size: 14 })}${votes}<span class="sr-only"> votes</span></span>`}</div>
		<p class="question-text">${q.text}</p>
		${q.state === 'dismissed' && html`<p class="quiet small">${[q.by && `Dismissed by ${q.by.name}`, q.reason].filter(Boolean).join(': ')}</p>`}
		${h(Answers, { q, me: s.you?.id })}
		${h(Actions, { room, q })}
	</article>`;
}

/** @param {{room: Room, q: Q}} props */
function Actions({ room, q }) {
	/** @param {'publish'|'answer_live'} what */
	const go = (what) => () => attempt(room.command(what, { question: q.id, version: q.version }));
	if (q.state === 'held') {
		return html`<div class="queue-actions">${h(Button, { kind: 'primary', size: 'xs', onClick: go('publish') }, 'Publish')}
			<span class="grow"></span>${h(Button, { kind: 'ghost', size: 'xs', onClick: () => dismiss(room, q) }, 'Dismiss')}</div>`;
	}
	if (q.state === 'open') {
		return html`<div class="queue-actions">${h(Button, { kind: 'primary', size: 'xs', icon: 'mic', onClick: go('answer_live') }, 'Answer live')}
			${h(Button, { size: 'xs', onClick: () => answerInText(room, q) }, 'Answer…')}
			<span class="grow"></span>${h(Button, { kind: 'ghost', size: 'xs', onClick: () => dismiss(room, q) }, 'Dismiss')}</div>`;
	}
	if (q.state === 'dismissed') return html`<div class="queue-actions">${h(Button, { size: 'xs', icon: 'undo', onClick: () => restore(room, q.id) }, 'Restore')}</div>`;
	return null;
}
