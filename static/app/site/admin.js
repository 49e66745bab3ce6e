// What the administrator decides: the rules of invitations, and who has an
// account.
import { asProblem, get, post, put } from '../lib/api.js';
import { h, html, useEffect, useState } from '../lib/index.js';
import { Avatar, Button, Checkbox, Chip, Dialog, Field, Notice, Switch, TextArea, toast } from '../lib/ui.js';
import { Problem } from '../lib/api.js';
import { useAsk, useFirstError } from './ask.js';
import { linkRules } from './kinds.js';
import { Password, RadioCards } from './parts.js';
import { domains } from './policy.js';
import { loadMe, me } from './session.js';
import { Site } from './shell.js';
import SignIn from './signin.js';
import { Loading, LoadingPage, ProblemPage } from './states.js';

/** @typedef {import('./kinds.js').Policy} Policy */
/** @typedef {import('./kinds.js').Account} Account */

export default function Admin() {
	const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
	const ask = () => loadMe().then(() => setProblem(null), (err) => setProblem(asProblem(err)));
	useEffect(() => { ask(); }, []);
	if (problem) return h(ProblemPage, { problem, again: ask });
	if (me.value === undefined) return h(LoadingPage, { title: 'Admin', current: 'admin' });
	if (me.value === null) return h(SignIn, { asked: true });
	if (!me.value.admin) return h(ProblemPage, { problem: new Problem({ code: 'admin_only', title: 'Only for administrators', detail: `You are signed in as ${me.value.email}, which is not an administrator’s account.` }) });
	return h(Site, { title: 'Admin', current: 'admin' }, html`<h1 class="page-title">Admin</h1>${h(PolicySection, {})}${h(Accounts, {})}`);
}

function PolicySection() {
	const [kept, setKept] = useState(/** @type {Policy|null} */ (null));
	const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
	const ask = () => get('/policy').then((p) => { setKept(p); setProblem(null); }, (err) => setProblem(asProblem(err)));
	useEffect(() => { ask(); }, []);
	return html`<section class="admin-group" aria-labelledby="policy-title">
		<div class="admin-words"><h2 id="policy-title">Invite to media</h2><p>Rules for every invitation link on this server. Links that are out keep the time and the uses they were made with.</p></div>
		${kept ? h(PolicyForm, { kept, onSaved: setKept }) : problem ? html`<div>${h(Notice, { tone: 'error', icon: 'warn' }, problem.detail)}${h(Button, { onClick: ask }, 'Try again')}</div>` : h(Loading, {})}
	</section>`;
}

/** @param {{kept: Policy, onSaved: (p: Policy) => void}} props */
function PolicyForm({ kept, onSaved }) {
	const [enabled, setEnabled] = useState(kept.enabled);
	const [hours, setHours] = useState(String(kept.lifetime_hours));
	const [uses, setUses] = useState(kept.max_uses === 1 ? 'once' : kept.max_uses === 0 ? 'any' : 'some');
	const [times, setTimes] = useState(String(kept.max_uses > 1 ? kept.max_uses : 5));
	const [allowed, setAllowed] = useState(kept.allowed_domains.join('\n'));
	const [blocked, setBlocked] = useState(kept.blocked_domains.join('\n'));
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	const whole = (/** @type {string} */ s, /** @type {number} */ least) => (/^\d{1,5}$/.test(s.trim()) && Number(s) >= least ? Number(s) : NaN);
	const next = { enabled, lifetime_hours: whole(hours, 1), max_uses: uses === 'once' ? 1 : uses === 'any' ? 0 : whole(times, 2), allowed_domains: domains(allowed), blocked_domains: domains(blocked) };
	/** @param {Event} e */
	const save = async (e) => {
		e.preventDefault();
		if (busy) return;
		/** @type {Record<string, string>} */
		const found = {};
		if (Number.isNaN(next.lifetime_hours)) found.lifetime_hours = 'A whole number of hours, at least 1';
		if (Number.isNaN(next.max_uses)) found.max_uses = 'A whole number, at least 2';
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			onSaved(await put('/policy', next) ?? next);
			toast({ title: 'Saved', text: 'New links follow these rules.', icon: 'check', tone: 'ok' });
		} catch (err) {
			const p = asProblem(err);
			const field = (p.field ?? '').replace(/[.[].*$/, '');
			setErrors({ [field in next ? field : 'form']: p.detail });
		}
		setBusy(false);
	};
	return html`<form class="sheet admin-fields" onSubmit=${save} novalidate>
		${h(Switch, { label: 'People can be invited', checked: enabled, onInput: setEnabled, hint: 'When off, nobody can make an invitation link.' })}
		${h(Field, { label: 'A link works for', name: 'lifetime_hours', class: 'short-field', inputmode: 'numeric', value: hours, onInput: setHours, error: errors.lifetime_hours, hint: 'hours, unless it is used up before' })}
		${h(/** @type {any} */ (RadioCards), {
		legend: 'It can be used', name: 'uses', class: 'in-row', value: uses, onChange: setUses,
		options: [{ value: 'once', label: 'Once' }, { value: 'some', label: 'Several times' }, { value: 'any', label: 'Any number of times' }],
	})}
		${uses === 'some' && h(Field, { label: 'How many times', name: 'max_uses', class: 'short-field', inputmode: 'numeric', value: times, onInput: setTimes, error: errors.max_uses })}
		<div class="two-fields">
			${h(TextArea, { label: 'Allowed email domains', name: 'allowed_domains', optional: true, rows: 4, spellcheck: false, autocapitalize: 'off', placeholder: 'marlow.example', value: allowed, onInput: setAllowed, error: errors.allowed_domains, hint: 'One a line, with their subdomains. Empty: all.' })}
			${h(TextArea, { label: 'Blocked email domains', name: 'blocked_domains', optional: true, rows: 4, spellcheck: false, autocapitalize: 'off', value: blocked, onInput: setBlocked, error: errors.blocked_domains, hint: 'One a line, with their subdomains.' })}
		</div>
		${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}
		<div class="admin-foot"><p class="quiet" aria-live="polite">${Number.isNaN(next.lifetime_hours) || Number.isNaN(next.max_uses) ? '' : enabled ? `Links work: ${lower(linkRules(next))}.` : 'Nobody can be invited.'}</p>${h(Button, { kind: 'primary', type: 'submit', busy }, busy ? 'Saving…' : 'Save')}</div>
	</form>`;
}

/** @param {string} s */
const lower = (s) => s.charAt(0).toLowerCase() + s.slice(1);

function Accounts() {
	const [q, setQ] = useState('');
	const [making, setMaking] = useState(false);
	const answer = useAsk(`/accounts?q=${encodeURIComponent(q.trim())}&limit=50`);
	const accounts = /** @type {{accounts: Account[]}|undefined} */ (answer.data)?.accounts;
	return html`<section class="admin-group" aria-labelledby="accounts-title">
		<div class="admin-words"><h2 id="accounts-title">Accounts</h2><p>People who host and run sessions. Those who are invited need no account.</p></div>
		<div class="sheet accounts">
			<div class="accounts-top">${h(Field, { label: 'Find an account', hideLabel: true, icon: 'search', type: 'search', placeholder: 'Find by name or email', value: q, onInput: setQ })}${h(Button, { icon: 'plus', onClick: () => setMaking(true) }, 'New account')}</div>
			${!accounts ? (answer.problem ? html`<p class="accounts-none">${answer.problem.detail}</p>` : h(Loading, {}))
		: accounts.length ? html`<ul class="accounts-list">${accounts.map((a) => html`<li key=${a.email}>${h(Avatar, { id: a.email, name: a.name, size: 32 })}<div class="line-words"><b>${a.name}</b><span>${a.email}</span></div>${a.admin && h(Chip, { tone: 'ink', icon: 'key' }, 'Administrator')}</li>`)}</ul>`
			: html`<p class="accounts-none">${q ? `No account matches “${q}”.` : 'No accounts yet.'}</p>`}
		</div>
		${making && h(AccountWindow, { onClose: () => setMaking(false), onDone: () => { setMaking(false); answer.again(); } })}
	</section>`;
}

/** @param {{onClose: () => void, onDone: () => void}} props */
function AccountWindow({ onClose, onDone }) {
	const [email, setEmail] = useState('');
	const [first, setFirst] = useState('');
	const [last, setLast] = useState('');
	const [password, setPassword] = useState('');
	const [admin, setAdmin] = useState(false);
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	const submit = async () => {
		if (busy) return;
		/** @type {Record<string, string>} */
		const found = {};
		if (!email.trim()) found.email = 'An email address is needed';
		if (!first.trim()) found.first = 'The first name is needed';
		if (!last.trim()) found.last = 'The last name is needed';
		if ([...password].length < 12) found.password = 'Use at least 12 characters';
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			await post('/accounts', { email: email.trim(), first: first.trim(), last: last.trim(), password, admin });
			toast({ title: `${first.trim()} has an account`, icon: 'check', tone: 'ok' });
			onDone();
		} catch (err) {
			const p = asProblem(err);
			const at = p.field ?? (p.code === 'conflict' ? 'email' : 'form');
			setErrors({ [['email', 'first', 'last', 'password'].includes(at) ? at : 'form']: p.detail });
			setBusy(false);
		}
	};
	return h(Dialog, {
		title: 'New account', onClose, cross: true, onSubmit: submit,
		foot: [h(Button, { key: 'no', kind: 'ghost', onClick: onClose }, 'Cancel'), h(Button, { key: 'yes', kind: 'primary', type: 'submit', busy }, 'Create account')],
	}, html`
		${h(Field, { label: 'Email', name: 'email', type: 'email', autocomplete: 'off', autofocus: true, value: email, onInput: setEmail, error: errors.email })}
		<div class="two-fields">
			${h(Field, { label: 'First name', name: 'first', autocomplete: 'off', value: first, onInput: setFirst, error: errors.first })}
			${h(Field, { label: 'Last name', name: 'last', autocomplete: 'off', value: last, onInput: setLast, error: errors.last })}
		</div>
		${h(Password, { label: 'Password', name: 'password', size: 'md', autocomplete: 'new-password', rule: 'at least 12 characters', value: password, onInput: setPassword, error: errors.password })}
		${h(Checkbox, { label: 'Administrator', checked: admin, onInput: setAdmin, hint: 'May change these settings and make accounts.' })}
		${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}`);
}
