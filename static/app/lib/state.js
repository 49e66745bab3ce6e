// What a page knows of its room, as a pure function of the server's messages.
// Nothing here touches the DOM, the clock or the network.

/** @typedef {import('../wire.d.ts').ServerMessage} ServerMessage */
/** @typedef {import('../wire.d.ts').Question} Question */
/** @typedef {import('../wire.d.ts').ChatMessage} ChatMessage */
/** @typedef {import('../wire.d.ts').Capability} Capability */

/**
 * @typedef {object} Channel
 * @property {ChatMessage[]} messages oldest first
 * @property {boolean} more there may be older ones
 * @property {string} before where the older ones end
 */
/**
 * @typedef {object} State
 * @property {boolean} ready a welcome has come
 * @property {number} afresh counts the times that all was replaced
 * @property {import('../wire.d.ts').RoomInfo|null} room
 * @property {import('../wire.d.ts').Doors|null} doors
 * @property {import('../wire.d.ts').You|null} you
 * @property {import('../wire.d.ts').RoomSettings} settings
 * @property {Channel} chat
 * @property {Channel|null} backchannel null: not mine to see
 * @property {Record<string, Question>} questions
 * @property {Record<string, number>} votes
 * @property {Record<string, true>} voted
 * @property {number} here
 * @property {number} waiting
 * @property {import('../wire.d.ts').Roster|null} roster
 * @property {Record<string, import('../wire.d.ts').Receipt>} receipts by participant
 * @property {boolean} degraded
 * @property {string} build
 */

const KEEP = 2000;
const SPARE = 200;

/** @type {Channel} */
const silent = { messages: [], more: false, before: '' };

/** @returns {State} */
export const initial = () => ({
	ready: false, afresh: 0, room: null, doors: null, you: null, settings: { premoderation: false }, chat: silent, backchannel: null,
	questions: {}, votes: {}, voted: {}, here: 0, waiting: 0, roster: null, receipts: {}, degraded: false, build: '',
});

/** @param {Pick<State, 'you'>} s @param {Capability} capability */
export const can = (s, capability) => Boolean(s.you?.capabilities.includes(capability));

/** Who asked, as the audience may know it: the staff's own pages know more, and may be seen by all. @param {Question} q */
export const askerInPublic = (q) => (q.anonymous ? undefined : q.asker);

/** @param {State} s @param {ServerMessage} m @returns {State} */
export function reduce(s, m) {
	switch (m.type) {
		case 'welcome': return welcome(s, m);
		case 'you': return purge(you(s, m));
		case 'chat': return { ...s, chat: append(s.chat, m) };
		case 'whisper': return s.backchannel ? { ...s, backchannel: append(s.backchannel, m) } : s;
		case 'history': return history(s, m);
		case 'question': return question(s, m.question);
		case 'question_gone': return { ...s, questions: without(s.questions, m.question), votes: without(s.votes, m.question) };
		case 'doors': return { ...s, doors: m.doors };
		case 'settings': return { ...s, settings: m.settings };
		case 'presence': return { ...s, here: m.here, waiting: m.waiting ?? 0 };
		case 'votes': return { ...s, votes: { ...s.votes, ...m.counts } };
		case 'receipt': return { ...s, receipts: { ...s.receipts, [m.participant]: m } };
		case 'roster': return { ...s, roster: can(s, 'manage') || can(s, 'moderate_qna') ? m : null };
		case 'role': return role(s, m);
		case 'muted': return person(s, m.person.id, { muted_until: m.until || undefined });
		case 'removed': return person(s, m.person.id, { removed: m.removed || undefined });
		case 'degraded': return { ...s, degraded: m.on };
		default: return s;
	}
}

/** @param {State} s @param {import('../wire.d.ts').Welcome} m @returns {State} */
function welcome(s, m) {
	if (m.resumed && s.ready) {
		return purge({ ...s, room: m.room ?? s.room, doors: m.doors ?? s.doors, settings: m.settings ?? s.settings, here: m.here, degraded: false, build: m.build ?? s.build,
			...(m.you ? { you: m.you, voted: m.you.voted ? set(m.you.voted) : s.voted } : {}) });
	}
	return purge({
		...initial(), ready: true, afresh: s.afresh + 1, room: m.room, doors: m.doors, you: m.you ?? null, settings: m.settings, here: m.here, build: m.build ?? '',
		chat: channel(m.chat), backchannel: channel(m.backchannel), questions: byId(m.questions), votes: m.votes ?? {}, voted: set(m.you?.voted),
	});
}

/** @param {State} s @param {import('../wire.d.ts').You_} m @returns {State} */
function you(s, m) {
	const questions = byId(m.questions);
	return { ...s, you: m.you, voted: m.you.voted ? set(m.you.voted) : s.voted, backchannel: channel(m.backchannel), questions, votes: { ...pick(s.votes, questions), ...m.votes } };
}

/** Lets go of everything that these capabilities don't show. @param {State} s @returns {State} */
function purge(s) {
	const out = { ...s };
	if (!can(s, 'backchannel')) out.backchannel = null;
	else out.backchannel ??= silent;
	if (!can(s, 'manage')) out.receipts = {};
	if (!can(s, 'manage') && !can(s, 'moderate_qna')) out.roster = null;
	if (!can(s, 'moderate_qna') && !can(s, 'manage')) {
		out.questions = Object.fromEntries(Object.entries(s.questions).filter(([, q]) => q.mine || (q.state !== 'held' && q.state !== 'dismissed')));
	}
	return out;
}

/** @param {ChatMessage[]|null|undefined} messages @returns {Channel} */
function channel(messages) {
	if (!messages?.length) return silent;
	return { messages, more: true, before: messages[0].cursor };
}

/** @param {Channel} c @param {ChatMessage & {type?: string}} m @returns {Channel} */
function append(c, m) {
	const { cursor, id, at, from, text } = m;
	if (c.messages.at(-1)?.id === id) return c;
	const messages = [...c.messages, { cursor, id, at, from, text }];
	if (messages.length <= KEEP + SPARE) return { ...c, messages };
	const kept = messages.slice(-KEEP);
	return { messages: kept, more: true, before: kept[0].cursor };
}

/** @param {State} s @param {import('../wire.d.ts').HistoryPage} m @returns {State} */
function history(s, m) {
	const c = m.channel === 'backchannel' ? s.backchannel : s.chat;
	if (!c) return s;
	const known = new Set(c.messages.map((x) => x.id));
	const older = (m.messages ?? []).filter((x) => !known.has(x.id));
	const next = { messages: [...older, ...c.messages], more: m.more, before: m.cursor || older[0]?.cursor || c.before };
	return m.channel === 'backchannel' ? { ...s, backchannel: next } : { ...s, chat: next };
}

/** @param {State} s @param {Question} q @returns {State} */
function question(s, q) {
	const before = s.questions[q.id];
	if (before && before.version > q.version) return s;
	if (q.state === 'withdrawn') return { ...s, questions: without(s.questions, q.id), votes: without(s.votes, q.id) };
	return { ...s, questions: { ...s.questions, [q.id]: q } };
}

/** @param {State} s @param {Extract<ServerMessage, {type: 'role'}>} m @returns {State} */
function role(s, m) {
	if (!s.roster?.groups) return s;
	const groups = s.roster.groups.map((g) => ({ ...g, people: (g.people ?? []).map((p) => (p.id === m.person.id ? { ...p, role: m.person.role, version: m.version } : p)) }));
	return { ...s, roster: { ...s.roster, groups }, receipts: without(s.receipts, m.person.id) };
}

/** @param {State} s @param {string} id @param {Partial<import('../wire.d.ts').RosterPerson>} change @returns {State} */
function person(s, id, change) {
	if (!s.roster?.groups) return s;
	const groups = s.roster.groups.map((g) => ({ ...g, people: (g.people ?? []).map((p) => (p.id === id ? { ...p, ...change } : p)) }));
	return { ...s, roster: { ...s.roster, groups } };
}

/** Sets my own upvote before the server's count comes. @param {State} s @param {string} id @param {boolean} on @returns {State} */
export function vote(s, id, on) {
	if (Boolean(s.voted[id]) === on) return s;
	const voted = on ? { ...s.voted, [id]: /** @type {true} */ (true) } : without(s.voted, id);
	return { ...s, voted, votes: { ...s.votes, [id]: Math.max(0, (s.votes[id] ?? 0) + (on ? 1 : -1)) } };
}

/** @param {Question[]|null|undefined} list @returns {Record<string, Question>} */
const byId = (list) => Object.fromEntries((list ?? []).filter((q) => q.state !== 'withdrawn').map((q) => [q.id, q]));
/** @param {string[]|undefined} ids @returns {Record<string, true>} */
const set = (ids) => Object.fromEntries((ids ?? []).map((id) => [id, /** @type {true} */ (true)]));
/** @template T @param {Record<string, T>} all @param {string} key @returns {Record<string, T>} */
function without(all, key) {
	if (!(key in all)) return all;
	const { [key]: _, ...rest } = all;
	return rest;
}
/** @param {Record<string, number>} counts @param {Record<string, unknown>} keys */
const pick = (counts, keys) => Object.fromEntries(Object.entries(counts).filter(([k]) => k in keys));

/**
 * Questions of some states, in order. `top` ranks by votes and then by time,
 * `new` by time; what has been dealt with comes by when that was.
 * @param {Pick<State, 'questions'|'votes'>} s @param {(q: Question) => boolean} which @param {'top'|'new'|'old'|'since'} order
 * @returns {Question[]}
 */
export function questions(s, which, order) {
	const list = Object.values(s.questions).filter(which);
	const votes = (/** @type {Question} */ q) => s.votes[q.id] ?? 0;
	const compare = {
		top: (/** @type {Question} */ a, /** @type {Question} */ b) => votes(b) - votes(a) || a.at - b.at,
		new: (/** @type {Question} */ a, /** @type {Question} */ b) => b.at - a.at,
		old: (/** @type {Question} */ a, /** @type {Question} */ b) => a.at - b.at,
		since: (/** @type {Question} */ a, /** @type {Question} */ b) => b.since - a.since,
	}[order];
	return list.sort((a, b) => compare(a, b) || (a.id < b.id ? -1 : 1));
}

/** The question that is being answered aloud. @param {Pick<State, 'questions'>} s */
export const nowOn = (s) => Object.values(s.questions).find((q) => q.state === 'now');
