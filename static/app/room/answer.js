// The staff's dialogs about one question: the answer in text, the dismissal.
import { h, html, render, useState } from '../lib/index.js';
import { Button, Dialog, Notice, TextArea, toast } from '../lib/ui.js';
import { bytes } from './drafts.js';
import { attempt } from './attempt.js';
import { offerDraft } from './notices.js';

/** @typedef {import('../wire.d.ts').Question} Q */
/** @typedef {import('./store.js').Room} Room */

/**
 * Shows a dialog that closes, with its text offered for copying, when the
 * right that it needs is lost.
 * @param {Room} room @param {import('../wire.d.ts').Capability} needs
 * @param {(close: () => void, draft: {text: string}) => any} draw
 */
function staffDialog(room, needs, draw) {
	const place = document.createElement('div');
	document.body.append(place);
	const draft = { text: '' };
	const close = () => {
		room.dialogs.delete(entry);
		render(null, place);
		place.remove();
	};
	const entry = {
		needs, close: () => {
			close();
			if (draft.text.trim()) offerDraft(draft.text);
		},
	};
	room.dialogs.add(entry);
	render(draw(close, draft), place);
}

/** @param {Room} room @param {Q} q */
export function answerInText(room, q) {
	staffDialog(room, 'answer', (close, draft) => h(AnswerDialog, { room, id: q.id, close, draft }));
}

/** @param {{room: Room, id: string, close: () => void, draft: {text: string}}} props */
function AnswerDialog({ room, id, close, draft }) {
	const q = room.asking.value.questions[id];
	const [text, setText] = useState('');
	const [to, setTo] = useState(/** @type {'all'|'asker'} */ ('all'));
	const [error, setError] = useState('');
	const [busy, setBusy] = useState(false);
	const [first] = useState(q?.version);
	if (!q) return h(Dialog, { title: 'This question is gone', onClose: close, foot: h(Button, { kind: 'primary', onClick: close }, 'Close') });
	const send = async () => {
		if (!text.trim()) return setError('Please write an answer.');
		if (bytes(text) > 4000) return setError('This is too long. Please shorten it.');
		setBusy(true);
		const done = await attempt(room.command('answer', { question: q.id, version: q.version, text: text.trim(), to }));
		setBusy(false);
		if (!done) return undefined;
		close();
		toast({ icon: 'check', tone: 'ok', title: to === 'all' ? 'Answered for everyone' : 'Answered to the asker' });
		return undefined;
	};
	return h(Dialog, {
		title: 'Answer in text', onClose: close, onSubmit: send,
		foot: [h(Button, { key: 'c', kind: 'ghost', onClick: close }, 'Cancel'), h(Button, { key: 's', kind: 'primary', type: 'submit', busy }, 'Send answer')],
	}, html`<blockquote class="quoted">${q.text}<footer>${q.asker?.name ?? 'Anonymous'}</footer></blockquote>
		${q.version !== first && h(Meanwhile, { q })}
		${h(TextArea, { label: 'Your answer', value: text, error, rows: 5, autofocus: true, onInput: (/** @type {string} */ v) => { setText(v); draft.text = v; setError(''); } })}
		<fieldset class="choices"><legend>Who sees it</legend>
			<label><input type="radio" name="to" checked=${to === 'all'} onChange=${() => setTo('all')} /><span><b>Everyone</b> The answer stands under the question.</span></label>
			<label><input type="radio" name="to" checked=${to === 'asker'} onChange=${() => setTo('asker')} /><span><b>Only the asker</b> And the hosts.</span></label>
		</fieldset>`);
}

/** @type {Record<string, string>} */
const states = { held: 'waiting for review', open: 'published', now: 'on stage', answered: 'answered', dismissed: 'dismissed' };

/** Somebody else was faster while the dialog stood open. @param {{q: Q}} props */
function Meanwhile({ q }) {
	return h(Notice, { tone: 'warn', icon: 'info', role: 'status' }, `Somebody else was faster: this question is ${states[q.state] ?? q.state} now.`);
}

/** @param {Room} room @param {Q} q */
export function dismiss(room, q) {
	staffDialog(room, 'moderate_qna', (close, draft) => h(DismissDialog, { room, id: q.id, close, draft }));
}

/** @param {{room: Room, id: string, close: () => void, draft: {text: string}}} props */
function DismissDialog({ room, id, close, draft }) {
	const q = room.asking.value.questions[id];
	const [reason, setReason] = useState('');
	const [first] = useState(q?.version);
	if (!q) return h(Dialog, { title: 'This question is gone', onClose: close, foot: h(Button, { kind: 'primary', onClick: close }, 'Close') });
	const send = async () => {
		const done = await attempt(room.command('dismiss', { question: q.id, version: q.version, ...(reason.trim() ? { reason: reason.trim().slice(0, 290) } : {}) }));
		if (!done) return;
		close();
		toast({ id: `dismissed-${id}`, icon: 'ban', title: 'Question dismissed', actions: [{ label: 'Undo', onClick: () => restore(room, id) }] });
	};
	return h(Dialog, {
		title: 'Dismiss this question?', onClose: close, onSubmit: send,
		foot: [h(Button, { key: 'c', kind: 'ghost', onClick: close }, 'Cancel'), h(Button, { key: 's', kind: 'danger', type: 'submit' }, 'Dismiss')],
	}, html`<blockquote class="quoted">${q.text}<footer>${q.asker?.name ?? 'Anonymous'}</footer></blockquote>
		${q.version !== first && h(Meanwhile, { q })}
		${h(TextArea, { label: 'Reason', optional: true, hint: 'The asker sees it. Others do not.', rows: 2, maxlength: 290, autofocus: true, value: reason, onInput: (/** @type {string} */ v) => { setReason(v); draft.text = v; } })}`);
}

/** Brings a dismissed question back to the open ones. @param {Room} room @param {string} id */
export function restore(room, id) {
	const q = room.asking.value.questions[id];
	if (q) attempt(room.command('publish', { question: id, version: q.version }));
}
