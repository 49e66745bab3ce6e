import { h, html, useEffect, useLayoutEffect, useRef, useState } from '../lib/index.js';
import { clock } from '../lib/time.js';
import { Icon } from '../lib/ui.js';
import { bytes, loadDraft, saveDraft } from './drafts.js';

const LINES = 6;
const LINE = 22;

/** Lets a text field grow with its text, up to some lines. @param {HTMLTextAreaElement|null} el */
export function grow(el, lines = LINES, line = LINE) {
	if (!el?.offsetParent) return;
	el.style.setProperty('height', 'auto');
	el.style.setProperty('height', `${Math.min(el.scrollHeight, lines * line)}px`);
}

/**
 * Why somebody can't write now, in words, or ''.
 * @param {Pick<import('../lib/state.js').State, 'you'|'doors'>} s @param {boolean} staff the place is the staff's
 */
export function silence(s, staff) {
	const until = s.you?.muted_until ?? 0;
	if (until === -1) return 'You are muted. You can still read and watch.';
	if (until > 0) return `You are muted until ${clock(until)}.`;
	if (s.doors?.state === 'ended') return 'The session has ended.';
	if (s.doors?.state === 'scheduled' && !staff) return 'The chat opens with the session.';
	return '';
}

/**
 * Where a line of chat is written.
 * @param {{room: import('./store.js').Room, channel: 'chat'|'backchannel', placeholder: string, limit?: number}} props
 */
export function Composer({ room, channel, placeholder, limit = 2000 }) {
	const s = room.core.value;
	const [text, setText] = useState(() => loadDraft(room.id, channel));
	const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
	const wait = useWait(room, channel);
	const why = silence(s, channel === 'backchannel' || room.can('manage'));
	const used = bytes(text);
	const over = used > limit;
	const blank = !text.trim();
	useLayoutEffect(() => grow(field.current), [text, room.tab.value]);

	/** @param {string} next */
	const change = (next) => {
		setText(next);
		saveDraft(room.id, channel, next);
	};
	const send = () => {
		if (blank || over || why || wait) return;
		room.say(channel, text.trim());
		change('');
		field.current?.focus();
	};
	/** @param {KeyboardEvent} e */
	const keys = (e) => {
		if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
		e.preventDefault();
		send();
	};
	const slow = channel === 'chat' && s.you?.role === 'viewer' ? s.settings.slow_mode ?? 0 : 0;
	const off = blank || over || Boolean(why) || wait > 0;
	return html`<form class="composer-place" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); send(); }}>
		${why ? html`<p class="composer-note" id="why-${channel}">${h(Icon, { name: 'muted', size: 14 })}${why}</p>`
			: slow ? html`<p class="composer-note" id="why-${channel}">${h(Icon, { name: 'timer', size: 14 })}Slow mode is on: one message every ${slow} seconds</p>` : null}
		<div class="composer ${channel} ${why ? 'off' : ''}">
			<textarea ref=${field} rows="1" aria-label=${placeholder} placeholder=${why ? 'You can’t write here now' : placeholder} value=${text} aria-describedby=${why || slow ? `why-${channel}` : undefined}
				aria-disabled=${why ? 'true' : undefined} readOnly=${Boolean(why)} enterkeyhint="send" data-composer onInput=${(/** @type {any} */ e) => change(e.currentTarget.value)} onKeyDown=${keys}></textarea>
			${used > limit * 0.8 && html`<span class="composer-count num ${over ? 'over' : ''}" aria-live="off">${limit - used}</span>`}
			<button type="submit" class="send" aria-label=${wait ? `Send, possible in ${wait} seconds` : 'Send'} aria-disabled=${off ? 'true' : undefined} title=${why || 'Send'}>
				${wait ? html`<span class="num">${wait}</span>` : h(Icon, { name: 'up', size: 18 })}</button>
		</div>
		${over && html`<p class="composer-note over" role="status">This is too long to send. Please shorten it.</p>`}
	</form>`;
}

/** Seconds until this person may send again. @param {import('./store.js').Room} room @param {string} channel */
function useWait(room, channel) {
	const [, tick] = useState(0);
	const after = channel === 'chat' ? room.sendAfter.value : 0;
	const left = Math.max(0, Math.ceil((after - room.clock.now()) / 1000));
	useEffect(() => {
		if (!left) return undefined;
		const timer = setTimeout(() => tick((n) => n + 1), 1000);
		return () => clearTimeout(timer);
	});
	return left;
}
