// The window in which one person is invited, and the link that comes of it. It
// opens over the media page and over the room.
import { asProblem, get, post } from '../lib/api.js';
import { h, html, render, useEffect, useState } from '../lib/index.js';
import { Button, CopyButton, Dialog, Field, Icon, Notice, roleWords } from '../lib/ui.js';
import { useFirstError } from './ask.js';
import { EmailBox } from './emailbox.js';
import { hoursWord, kindOf, linkRules, rightsOf, ROLE_NAMES, usesWord } from './kinds.js';
import { RadioCards } from './parts.js';
import { clock } from './session.js';
import { dayWord, myZone, wall } from './when.js';

/** @typedef {import('./kinds.js').Medium} Medium */
/** @typedef {import('./kinds.js').Invite} Invite */
/** @typedef {import('./kinds.js').Policy} Policy */
/** @typedef {import('./kinds.js').Role} Role */
/** @typedef {{prefill?: Partial<Invite>, onDone?: () => void}} Options */

/**
 * Opens the window over the page that is there.
 * @param {Medium|{id: string}|string} media the medium; what else is known only by its id is asked for
 * @param {Options} [options] onDone is called after each invitation that was made
 * @returns {() => void} closes it
 */
export function openInvite(media, options = {}) {
	const place = document.createElement('div');
	document.body.append(place);
	const close = () => {
		render(null, place);
		place.remove();
	};
	render(h(InviteWindow, { media, ...options, onClose: close }), place);
	return close;
}

/** @param {{media: Medium|{id: string}|string, onClose: () => void} & Options} props */
function InviteWindow({ media, onClose, prefill, onDone }) {
	const [medium, setMedium] = useState(typeof media !== 'string' && 'invite_roles' in media ? media : null);
	const [policy, setPolicy] = useState(/** @type {Policy|null} */ (null));
	const [invited, setInvited] = useState(/** @type {Invite[]} */ ([]));
	const [problem, setProblem] = useState('');
	const [made, setMade] = useState(/** @type {{invite: Invite, link: string}|null} */ (null));
	const [filled, setFilled] = useState(prefill ?? {});
	useEffect(() => {
		const id = typeof media === 'string' ? media : media.id;
		if (!medium) get(`/media/${id}`).then(setMedium, (err) => setProblem(asProblem(err).detail));
		get('/policy').then(setPolicy, () => {});
		get(`/media/${id}/invites`).then((a) => setInvited(a.invites), () => {});
	}, []);
	if (made && medium) {
		return h(Made, { ...made, policy, onClose, another: () => { setInvited([made.invite, ...invited]); setFilled({}); setMade(null); } });
	}
	if (!medium) {
		return h(Dialog, { title: 'Invite users', onClose, cross: true, width: 540 }, problem ? h(Notice, { tone: 'error', icon: 'warn' }, problem) : html`<p class="quiet appear-late">Loading…</p>`);
	}
	return h(Form, { medium, policy, invited, prefill: filled, onClose, onMade: (/** @type {any} */ m) => { setMade(m); onDone?.(); } });
}

const AT = /** @type {Record<string, string>} */ ({ domain_blocked: 'email', conflict: 'email', not_invited: 'email' });
const FIELDS = ['email', 'first', 'last', 'role'];

/**
 * @param {{medium: Medium, policy: Policy|null, invited: Invite[], prefill: Partial<Invite>, onClose: () => void,
 *   onMade: (made: {invite: Invite, link: string}) => void}} props
 */
function Form({ medium, policy, invited, prefill, onClose, onMade }) {
	const [email, setEmail] = useState(prefill.email ?? '');
	const [first, setFirst] = useState(prefill.first ?? '');
	const [last, setLast] = useState(prefill.last ?? '');
	const [role, setRole] = useState(/** @type {Role|''} */ (prefill.role && medium.invite_roles.includes(prefill.role) ? prefill.role : medium.invite_roles[0] ?? ''));
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	const { live } = kindOf(medium.kind);
	useFirstError(errors);
	const submit = async () => {
		if (busy) return;
		/** @type {Record<string, string>} */
		const found = {};
		if (!email.trim()) found.email = 'An email address is needed';
		if (!first.trim()) found.first = 'The first name is needed';
		if (!last.trim()) found.last = 'The last name is needed';
		if (!role) found.role = 'Choose an invitation type';
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			onMade(await post(`/media/${medium.id}/invites`, { email: email.trim(), first: first.trim(), last: last.trim(), role }));
		} catch (err) {
			const p = asProblem(err);
			const at = p.field ?? AT[p.code] ?? 'form';
			setErrors({ [FIELDS.includes(at) ? at : 'form']: words(p) });
			setBusy(false);
		}
	};
	const rules = policy && linkRules(policy);
	return h(Dialog, {
		title: 'Invite users', onClose, cross: true, width: 560, onSubmit: submit, class: 'invite-window',
		foot: [
			rules && html`<p key="rules" class="left invite-rules">Works ${lower(rules).replace(/(\d) /, '$1\u00a0')}</p>`,
			h(Button, { key: 'no', kind: 'ghost', onClick: onClose }, 'Cancel'),
			h(Button, { key: 'yes', kind: 'primary', type: 'submit', busy, disabled: policy?.enabled === false ? 'Invitations are switched off by the administrator' : false }, busy ? 'Generating…' : 'Generate invite link'),
		],
	}, html`
		<p class="dialog-sub">to ${medium.title}</p>
		<div class="invite-form">
			${h(EmailBox, {
		value: email, error: errors.email, required: true, known: invited.map((i) => i.email), mark: 'Already invited', onInput: setEmail,
		onPick: (/** @type {import('./kinds.js').Account} */ a) => { setEmail(a.email); setFirst(a.first); setLast(a.last); setErrors({}); },
	})}
			<div class="two-fields">
				${h(Field, { label: 'First name', name: 'first', autocomplete: 'off', required: true, value: first, onInput: setFirst, error: errors.first })}
				${h(Field, { label: 'Last name', name: 'last', autocomplete: 'off', required: true, value: last, onInput: setLast, error: errors.last })}
			</div>
			${h(/** @type {typeof RadioCards<Role>} */ (RadioCards), {
		legend: 'Invitation type', name: 'role', value: role, onChange: setRole, error: errors.role,
		options: medium.invite_roles.map((r) => ({ value: r, label: live ? ROLE_NAMES[r] : 'Viewer only', hint: rightsOf(medium.kind, r), icon: roleWords[r]?.icon })),
	})}
			${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}
		</div>`);
}

/** What is said to who invites; a refused domain is no advice to them. @param {import('../lib/api.js').Problem} p */
function words(p) {
	if (p.code === 'domain_blocked') return p.title || 'Addresses from this domain cannot join';
	return p.retryAfter ? `${p.detail} Please wait ${p.retryAfter} seconds.` : p.detail;
}

/** @param {string} s */
const lower = (s) => s.charAt(0).toLowerCase() + s.slice(1);

/** Selects the link, and shows its beginning. @param {any} e */
function choose(e) {
	const field = e.currentTarget;
	field.select();
	requestAnimationFrame(() => { field.scrollLeft = 0; });
}

/** @param {{invite: Invite, link: string, policy: Policy|null, onClose: () => void, another: () => void}} props */
function Made({ invite, link, policy, onClose, another }) {
	const hours = Math.round((invite.expires_at - invite.created_at) / 3_600_000);
	const until = invite.expires_at ? `${dayWord(invite.expires_at, myZone(), clock.now())}, ${wall(invite.expires_at, myZone()).time}` : hoursWord(hours);
	const uses = invite.max_uses ?? policy?.max_uses ?? 1;
	const article = 'aeiou'.includes(invite.role[0]) ? 'an' : 'a';
	return h(Dialog, {
		title: `${invite.first} is invited as ${article} ${invite.role}`, onClose, cross: true, class: 'made-window',
		foot: [
			h(Button, { key: 'more', kind: 'ghost', icon: 'plus', class: 'left', onClick: another }, 'Invite someone else'),
			h(Button, { key: 'done', kind: 'primary', onClick: onClose }, 'Done'),
		],
	}, html`
		<span class="made-sign">${h(Icon, { name: 'check', size: 24 })}</span>
		<p class="dialog-sub">Give this link to ${invite.email}.</p>
		<div class="made-link"><input readonly autofocus aria-label="Invitation link" value=${link} onFocus=${choose} />${h(CopyButton, { text: link, kind: 'primary', size: 'sm' })}</div>
		<dl class="made-facts"><div><dt>Works</dt><dd>${usesWord(uses)}</dd></div><div><dt>Until</dt><dd>${until}</dd></div><div><dt>On</dt><dd>One device</dd></div></dl>
		<p class="made-note">We show this link only now. Later you can make a new one.</p>`);
}
