// The first account, by the one-time link that the server printed.
import { asProblem } from '../lib/api.js';
import { h, html, useState } from '../lib/index.js';
import { Button, Field, Icon, LinkButton, Notice, SinglePage } from '../lib/ui.js';
import { useFirstError, useTitle } from './ask.js';
import { Password } from './parts.js';
import { setUp } from './session.js';

const MIN = 12;
const KEPT = 'greenroom-setup';

/** Takes the token out of the address, so that it stays in no history; a reload finds it in the tab. */
function takeToken() {
	const token = location.hash.slice(1);
	if (token) history.replaceState(null, '', '/setup');
	try {
		if (token) sessionStorage.setItem(KEPT, token);
		return token || sessionStorage.getItem(KEPT) || '';
	} catch {
		return token;
	}
}

function forget() {
	try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
}

export default function Setup() {
	useTitle('Set up');
	const [token] = useState(takeToken);
	const [name, setName] = useState('');
	const [email, setEmail] = useState('');
	const [password, setPassword] = useState('');
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [used, setUsed] = useState(false);
	const [busy, setBusy] = useState(false);
	useFirstError(errors);
	const foot = 'The link works once. The server prints a new one while nobody has an account.';
	if (!token) {
		return h(SinglePage, { art: 'curtain-ghost-light', foot }, html`<div class="problem"><h1>This link is not complete</h1>
			<p class="lede">Copy the whole setup link that the server printed when it started, with everything behind the #.</p>
			<div class="problem-actions">${h(LinkButton, { href: '/signin', size: 'lg' }, 'Sign in instead')}</div></div>`);
	}
	/** @param {Event} e */
	const submit = async (e) => {
		e.preventDefault();
		if (busy) return;
		/** @type {Record<string, string>} */
		const found = {};
		if (!name.trim()) found.name = 'Say what people call you';
		if (!email.trim()) found.email = 'An email address is needed to sign in';
		if ([...password].length < MIN) found.password = `Use at least ${MIN} characters`;
		setErrors(found);
		if (Object.keys(found).length) return;
		setBusy(true);
		try {
			await setUp({ token, name: name.trim(), email: email.trim(), password });
			forget();
			location.assign('/');
		} catch (err) {
			const p = asProblem(err);
			if (p.code === 'link_used') forget();
			setUsed(p.code === 'link_used');
			setErrors({ [p.field ?? 'form']: p.detail });
			setBusy(false);
		}
	};
	if (used) {
		return h(SinglePage, { art: 'curtain-ghost-light' }, html`<div class="problem" role="alert"><h1>This setup link was already used</h1>
			<p class="lede">There is an account already. Sign in instead.</p>
			<div class="problem-actions">${h(LinkButton, { href: '/signin', kind: 'primary', size: 'lg' }, 'Sign in')}</div></div>`);
	}
	return h(SinglePage, { art: 'greenroom', foot }, html`
		<form class="single-form" onSubmit=${submit} novalidate>
			<p class="setup-ok">${h(Icon, { name: 'check', size: 18 })}Opened by the setup link</p>
			<h1>Set up Greenroom</h1>
			<p class="lede">Create the first account. It runs this server and can invite others.</p>
			${h(Field, { label: 'Your name', name: 'name', size: 'lg', autocomplete: 'name', autofocus: true, value: name, onInput: setName, error: errors.name })}
			${h(Field, { label: 'Email', name: 'email', type: 'email', size: 'lg', autocomplete: 'username', value: email, onInput: setEmail, error: errors.email })}
			${h(Password, { label: 'Password', name: 'password', autocomplete: 'new-password', rule: `at least ${MIN} characters`, value: password, onInput: setPassword, error: errors.password })}
			${errors.form && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, errors.form)}
			${h(Button, { kind: 'primary', size: 'lg', type: 'submit', busy, class: 'wide' }, busy ? 'Creating…' : 'Create account and start')}
		</form>`);
}
