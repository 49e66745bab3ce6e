// What each refusal of an invitation says: a plain title, one sentence, one
// thing to do. Codes are the server's.
import { clock, day } from '../lib/time.js';

/**
 * @typedef {object} Refusal
 * @property {string} title
 * @property {string} text
 * @property {'again'|'email'|'wait'|'start'|'none'} [action]
 * @property {string} [note] a quieter line under the action
 */

const ask = 'Write to the person who invited you: a new link takes them a moment.';

/** @type {Record<string, (p: import('../lib/api.js').Problem) => Refusal>} */
const refusals = {
	link_invalid: () => ({ title: 'This link does not work', text: 'It may be cut off. Open it again from the email, or copy the whole address.', note: ask }),
	link_expired: (p) => ({ title: 'This invitation has expired', text: `${p.body.valid_until ? `It was valid until ${day(p.body.valid_until, undefined, true)}, ${clock(p.body.valid_until)} (your time). ` : ''}The host can send you a new one.`, note: ask }),
	link_used: () => ({ title: 'This invitation was already used', text: 'It works once. If it was you, continue in the browser you used. If not, ask for a new link.', note: ask }),
	other_device: () => ({ title: 'You are in this session on another device', text: 'An invitation works on one device. Go on there, or ask for a new link for this one.', note: ask }),
	withdrawn: () => ({ title: 'This invitation was withdrawn', text: 'The host has taken it back. If you think this is a mistake, write to the host.' }),
	media_gone: () => ({ title: 'This session no longer exists', text: 'It was deleted after you were invited.' }),
	email_mismatch: () => ({ title: 'That address does not match this invitation', text: 'Use the address the invitation was sent to.', action: 'again' }),
	not_invited: () => ({ title: 'We could not find an invitation for this address', text: 'Check for a typo, or ask the host to invite you.', action: 'again' }),
	domain_blocked: () => ({ title: 'Addresses from this domain cannot join', text: 'The organiser limits who can join. Try your work address.', action: 'again' }),
	too_many_tries: (p) => ({ title: 'Too many tries', text: `Please wait ${p.retryAfter ?? 60} seconds.`, action: 'wait' }),
	rate_limited: (p) => ({ title: 'Too many tries', text: `Please wait ${p.retryAfter ?? 60} seconds.`, action: 'wait' }),
	removed: (p) => ({ title: 'You were removed from this session', text: `${p.body.removed_at ? `A host removed you at ${clock(p.body.removed_at)}. ` : ''}If you think this is a mistake, write to the host.` }),
	ended: () => ({ title: 'This session has ended', text: 'Thank you for coming.' }),
	signed_out: () => ({ title: 'Please enter your email again', text: 'Your visit has timed out.', action: 'again' }),
	offline: () => ({ title: 'No connection', text: 'The server can’t be reached. Check your connection and try again.', action: 'wait' }),
	unavailable: () => ({ title: 'Not available right now', text: 'The server can’t look up your invitation at the moment. Please try again.', action: 'wait' }),
};

/** @param {import('../lib/api.js').Problem} p @returns {Refusal} */
export function refusal(p) {
	return refusals[p.code]?.(p) ?? { title: p.title || 'Something went wrong', text: p.detail, action: 'wait' };
}

/** Those that concern the address typed: they stand under the field and the page stays. */
export const aboutAddress = new Set(['email_mismatch', 'not_invited', 'domain_blocked', 'bad_request']);
