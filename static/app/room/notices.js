// What a message means in words, for eyes (toasts) and ears (live regions).
import { announce, alertNow } from '../lib/announce.js';
import { toast } from '../lib/ui/toast.js';
import { can } from '../lib/state.js';
import { loadDraft } from './drafts.js';

/** @typedef {import('./store.js').Room} Room */
/** @typedef {import('../lib/state.js').State} State */

const ranks = ['', 'viewer', 'speaker', 'moderator', 'manager'];
/** @param {string} role */
const rank = (role) => ranks.indexOf(role);

/** @param {Room} room @param {State} was @param {State} s @param {import('../wire.d.ts').ServerMessage} m */
export function notice(room, was, s, m) {
	switch (m.type) {
		case 'welcome':
		case 'you': return myRole(room, was, s);
		case 'role': return theirRole(room, s, m);
		case 'receipt': return receipt(room, m);
		case 'chat': return chat(room, s, m);
		case 'question': return question(room, was, s, m.question);
		case 'doors': return doors(was, s);
		case 'degraded': return announce(m.on ? 'The server has lost sight of the room. Your text is safe.' : 'The room is back.', 'link');
		default: return undefined;
	}
}

/** @param {Room} room @param {State} was @param {State} s */
function myRole(room, was, s) {
	if (!was.you || !s.you) return;
	const lost = can(was, 'backchannel') && !can(s, 'backchannel') ? loadDraft(room.id, 'backchannel') : '';
	if (was.you.role !== s.you.role) {
		const up = rank(s.you.role) > rank(was.you.role);
		const tone = s.you.role === 'moderator' || s.you.role === 'manager' ? 'mod' : 'accent';
		if (up) {
			const kept = loadDraft(room.id, 'chat') ? ' Your draft is where you left it.' : '';
			toast({
				id: 'my-role', icon: s.you.role === 'speaker' ? 'mic' : s.you.role === 'manager' ? 'key' : 'shield', tone, sticky: true,
				title: `You are now a ${s.you.role}`, text: `${gained(was, s)}${kept}`,
				actions: can(s, 'backchannel') ? [{ label: 'Show me', primary: true, onClick: () => showMe(room, was) }, { label: 'Not now' }] : [],
			});
		} else {
			toast({ id: 'my-role', icon: 'person', tone: 'grey', sticky: true, title: `You are now a ${s.you.role}`, text: 'What you write here is kept. The staff’s places are closed to you.' });
		}
	}
	if (lost) offerDraft(lost);
	const now = s.you.muted_until ?? 0;
	if (now !== (was.you.muted_until ?? 0)) {
		if (now) toast({ id: 'my-mute', icon: 'muted', tone: 'warn', title: 'You are muted', text: 'You can read and watch. What you were writing is kept.' });
		else muteEnded();
	}
}

export function muteEnded() {
	toast({ id: 'my-mute', icon: 'chat', tone: 'ok', title: 'You can write again' });
}

/** @param {State} was @param {State} s */
function gained(was, s) {
	if (can(s, 'manage')) return 'You can change roles, invite people and open or end the session.';
	if (!can(was, 'backchannel') && can(s, 'moderate_qna')) return 'Backchannel and the question queue are open to you.';
	if (can(s, 'moderate_qna')) return 'The question queue is open to you.';
	return 'You can answer questions, and the backchannel is open to you.';
}

/** Leads to what the new role has brought. @param {Room} room @param {State} was */
function showMe(room, was) {
	const tab = can(was, 'backchannel') ? 'qna' : 'backchannel';
	room.show(tab);
	document.getElementById(`room-tab-${tab}`)?.focus();
}

/** Offers text whose place is gone for copying. @param {string} text */
export function offerDraft(text) {
	toast({
		id: 'lost-draft', icon: 'copy', title: 'Your unsent text', text: text.length > 90 ? `${text.slice(0, 90)}…` : text, sticky: true,
		actions: [{ label: 'Copy', primary: true, onClick: () => { navigator.clipboard?.writeText(text).then(() => announce('Copied'), () => {}); } }],
	});
}

/** @param {Room} room @param {State} s @param {Extract<import('../wire.d.ts').ServerMessage, {type: 'role'}>} m */
function theirRole(room, s, m) {
	if (m.by.id !== s.you?.id) return announce(`${m.person.name} is now a ${m.person.role}`, 'role');
	roleToast(room, m.person.id, m.person.name, m.person.role, m.was, 'Applying…');
}

/** @param {Room} room @param {string} id @param {string} name @param {string} role @param {string} was @param {string} text @param {boolean} [done] */
function roleToast(room, id, name, role, was, text, done = false) {
	toast({
		id: `role-${id}`, icon: done ? 'checks' : 'clock', tone: done ? 'ok' : 'grey', title: `${name} is now a ${role}`, text, ms: 8000, quiet: !done,
		actions: [{ label: 'Undo', onClick: () => { room.command('set_role', { participant: id, role: /** @type {any} */ (was) }).catch(() => {}); } }],
	});
}

/** "Applied on 2 of 2 devices, 80 ms". @param {import('../wire.d.ts').Receipt} r */
export function receiptWords(r) {
	if (!r.devices) return 'Offline, applies on return';
	return `Applied on ${r.applied} of ${r.devices} ${r.devices === 1 ? 'device' : 'devices'}${r.applied ? `, ${r.ms} ms` : ''}`;
}

/** @param {Room} room @param {import('../wire.d.ts').Receipt} r */
function receipt(room, r) {
	const change = room.changes.value[r.participant];
	if (!change || change.version !== r.version) return;
	roleToast(room, r.participant, change.name, change.to, change.was, receiptWords(r), r.devices > 0 && r.applied === r.devices);
}

let unheard = 0;
/** @param {Room} room @param {State} s @param {import('../wire.d.ts').ChatMessage} m */
function chat(room, s, m) {
	if (m.from.id === s.you?.id || !room.looking('chat')) return;
	unheard++;
	announce(unheard > 1 ? `${unheard} new messages, last from ${m.from.name}: ${m.text}` : `${m.from.name}: ${m.text}`, 'chat');
	setTimeout(() => { unheard = 0; }, 3000);
}

/** @param {Room} room @param {State} was @param {State} s @param {import('../wire.d.ts').Question} q */
function question(room, was, s, q) {
	const before = was.questions[q.id];
	if (q.state === 'now' && before?.state !== 'now') announce(`Being answered now: ${q.text}`, 'now');
	if (!q.mine || !before || before.state === q.state) return;
	if (q.state === 'open' && before.state === 'held') toast({ id: `q-${q.id}`, icon: 'check', tone: 'ok', title: 'Your question is on the list', text: 'Everybody can see it and vote for it.' });
	if (q.state === 'answered' && q.how === 'text') toast({ id: `q-${q.id}`, icon: 'check', tone: 'ok', title: 'Your question was answered', text: 'The answer is in Q&A.', actions: [{ label: 'Read it', primary: true, onClick: () => room.show('qna') }] });
}

/** @param {State} was @param {State} s */
function doors(was, s) {
	if (was.doors?.state === s.doors?.state) return;
	if (s.doors?.state === 'open') announce('The session has started', 'doors');
	if (s.doors?.state === 'ended') alertNow('The session has ended');
}
