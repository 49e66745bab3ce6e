// The kinds of media, the roles one may be invited to, and the states of doors
// and invitations, in the words and icons that people see.

/**
 * @typedef {'webcast'|'simulive'|'diy'|'room'|'video'|'audio'|'document'|'quiz'} Kind
 * @typedef {'viewer'|'speaker'|'moderator'|'manager'} Role
 * @typedef {'invited'|'accounts'|'anyone'} Access
 * @typedef {{state: 'scheduled'|'open'|'ended', start: number, opened_at?: number, ended_at?: number,
 *   delayed?: boolean, word?: string}} Doors
 * @typedef {{id: string, title: string, description: string, kind: Kind, live: boolean, access: Access,
 *   start: number, zone: string, stage_url: string, collaboration: boolean, moderators_initiate: boolean,
 *   premoderation: boolean, channel: string, host: string, managers: string[], doors: Doors|null,
 *   mine: {role: Role|'', manage: boolean, own?: boolean, may_invite: boolean}, invite_roles: Role[],
 *   collaborators?: Collaborator[], created_at: number}} Medium
 * @typedef {{email: string, name?: string, right: string}} Collaborator
 * @typedef {{id: string, email: string, first: string, last: string, role: Role,
 *   state: 'sent'|'opened'|'redeemed'|'expired'|'revoked', by: string, created_at: number,
 *   expires_at: number, uses: number, max_uses: number, redeemed_at: number}} Invite
 * @typedef {{enabled: boolean, lifetime_hours: number, max_uses: number,
 *   allowed_domains: string[], blocked_domains: string[]}} Policy
 * @typedef {{email: string, first: string, last: string, name: string, admin: boolean}} Account
 */

/** @type {{id: Kind, name: string, icon: string, live: boolean, hint: string}[]} */
export const KINDS = [
	{id: 'webcast', name: 'Webcast', icon: 'webcast', live: true, hint: 'A stream that many watch'},
	{id: 'simulive', name: 'Simulive', icon: 'webcast', live: true, hint: 'A recording, played live'},
	{id: 'diy', name: 'DIY live', icon: 'video', live: true, hint: 'Your own stream'},
	{id: 'room', name: 'Room', icon: 'door', live: true, hint: 'Chat, Q&A and people'},
	{id: 'video', name: 'Video', icon: 'video', live: false, hint: 'To watch at any time'},
	{id: 'audio', name: 'Audio', icon: 'audio', live: false, hint: 'To listen at any time'},
	{id: 'document', name: 'Document', icon: 'document', live: false, hint: 'A link to a file'},
	{id: 'quiz', name: 'Quiz', icon: 'quiz', live: false, hint: 'A link to a quiz elsewhere'},
];

/** @param {string} id */
export function kindOf(id) {
	return KINDS.find((k) => k.id === id) ?? KINDS[0];
}

/** @type {Record<string, string>} */
export const ROLE_NAMES = {viewer: 'Viewer', speaker: 'Speaker', moderator: 'Moderator', manager: 'Manager'};

const LIVE_RIGHTS = {
	viewer: 'Access to the live session, chat, and Q&A',
	speaker: 'Access to Q&A and backchannel',
	moderator: 'Access to Q&A moderation and backchannel',
};
const ROOM_RIGHTS = {
	viewer: 'Access to chat and Q&A',
	speaker: 'Access to backchannel and Q&A',
	moderator: 'Access to Q&A moderation and backchannel',
};

/**
 * What an invitation of this role gives, in one sentence.
 * @param {Kind} kind
 * @param {Role} role
 */
export function rightsOf(kind, role) {
	if (!kindOf(kind).live) return 'Access to the media page';
	const rights = /** @type {Record<string, string>} */ (kind === 'room' ? ROOM_RIGHTS : LIVE_RIGHTS);
	return rights[role] ?? '';
}

/**
 * @param {Medium} m
 * @returns {'live'|'scheduled'|'delayed'|'ended'|'demand'|'withdrawn'} where it stands
 */
export function stateOf(m) {
	if (!m.live || !m.doors) return m.doors?.state === 'ended' ? 'withdrawn' : 'demand';
	if (m.doors.state === 'open') return 'live';
	if (m.doors.state === 'ended') return 'ended';
	return m.doors.delayed ? 'delayed' : 'scheduled';
}

/**
 * The list in the order of home: live first, then by start, with what has no
 * date last; ended and on demand newest first.
 * @param {Medium[]} media
 */
export function sortMedia(media) {
	const of = (/** @type {string[]} */ ...states) => media.filter((m) => states.includes(stateOf(m)));
	const start = (/** @type {Medium} */ m) => m.doors?.start || Infinity;
	return {
		live: of('live').sort((a, b) => (b.doors?.opened_at ?? 0) - (a.doors?.opened_at ?? 0)),
		coming: of('scheduled', 'delayed').sort((a, b) => (start(a) === start(b) ? 0 : start(a) - start(b))),
		ended: of('ended').sort((a, b) => (b.doors?.ended_at ?? 0) - (a.doors?.ended_at ?? 0)),
		demand: of('demand', 'withdrawn').sort((a, b) => b.created_at - a.created_at),
	};
}

/** @type {Record<Access, {name: string, hint: string}>} */
export const ACCESS = {
	invited: {name: 'Invited people only', hint: 'Everyone needs an invitation of their own'},
	accounts: {name: 'Anyone with an account', hint: 'People who can sign in here enter as viewers'},
	anyone: {name: 'Anyone with the link', hint: 'They give a name and an email, and enter as viewers'},
};

/** What somebody who manages a medium besides its owner may be called. */
export const RIGHTS = [
	{ id: 'co-owner', name: 'Co-owner' }, { id: 'co-editor', name: 'Co-editor' }, { id: 'co-publisher', name: 'Co-publisher' },
];

/**
 * Where an invited person is: steps of four, or a problem, or over.
 * @param {Invite} i
 * @returns {{steps: number, word: string, problem: boolean, over: boolean}}
 */
export function whereIs(i) {
	switch (i.state) {
	case 'redeemed': return {steps: 4, word: 'Joined', problem: false, over: false};
	case 'opened': return {steps: 2, word: 'Opened the link', problem: false, over: false};
	case 'expired': return {steps: 1, word: i.uses > 0 ? 'Expired' : 'Expired, not opened', problem: true, over: true};
	case 'revoked': return {steps: 1, word: 'Revoked', problem: true, over: true};
	default: return {steps: 1, word: 'Not opened', problem: false, over: false};
	}
}

/** The segments above the list of invitations. */
export const FILTERS = [
	{id: 'all', name: 'All', has: (/** @type {Invite} */ _) => true},
	{id: 'sent', name: 'Not opened', has: (/** @type {Invite} */ i) => i.state === 'sent'},
	{id: 'joined', name: 'Joined', has: (/** @type {Invite} */ i) => i.state === 'redeemed'},
	{id: 'problems', name: 'Problems', has: (/** @type {Invite} */ i) => whereIs(i).problem},
];

/**
 * How long and how often a link works, as the policy says:
 * "Works once, for 24 hours, on one device".
 * @param {{lifetime_hours: number, max_uses: number}} p
 */
export function linkRules(p) {
	return `${usesWord(p.max_uses)}, for ${hoursWord(p.lifetime_hours)}, on one device`;
}

/** @param {number} uses */
export function usesWord(uses) {
	if (uses === 0) return 'Any number of times';
	if (uses === 1) return 'Once';
	return uses === 2 ? 'Twice' : `${uses} times`;
}

/** @param {number} hours */
export function hoursWord(hours) {
	if (hours % 24 === 0 && hours > 24) return `${hours / 24} days`;
	return hours === 1 ? '1 hour' : `${hours} hours`;
}

/**
 * "Jonas, Siobhán and Mei-Ling", first names only.
 * @param {string[]} names
 */
export function firstNames(names) {
	const first = names.map((n) => n.trim().split(/\s+/)[0]);
	if (first.length < 2) return first.join('');
	if (first.length > 4) return `${first.slice(0, 3).join(', ')} and ${first.length - 3} more`;
	return `${first.slice(0, -1).join(', ')} and ${first[first.length - 1]}`;
}
