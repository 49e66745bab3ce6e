// Signing in by email and password.
import { asProblem } from '../lib/api.js';
import { h, html, useEffect, useRef, useState } from '../lib/index.js';
import { ownPath } from '../lib/text.js';
import { Button, Field, Notice, SinglePage } from '../lib/ui.js';
import { useTitle } from './ask.js';
import { Password } from './parts.js';
import { loadMe, me, signIn } from './session.js';

/** Where to go afterwards: a path of this site, nothing else. */
function next() {
	if (location.pathname !== '/signin') return location.pathname + location.search;
	const to = ownPath(new URLSearchParams(location.search).get('next') ?? '/', location.origin);
	return to.startsWith('/signin') ? '/' : to;
}

/** @param {{asked?: boolean}} props asked: somebody else has found out that nobody is signed in */
export default function SignIn({ asked }) {
	useTitle('Sign in');
	const [email, setEmail] = useState('');
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState(/** @type {import('../lib/api.js').Problem|null} */ (null));
	const [busy, setBusy] = useState(false);
	const form = useRef(/** @type {HTMLFormElement|null} */ (null));
	useEffect(() => {
		if (!asked) loadMe().then(() => { if (me.value) location.replace(next()); }, () => {});
	}, []);
	/** @param {Event} e */
	const submit = async (e) => {
		e.preventDefault();
		if (busy) return;
		setBusy(true);
		try {
			await signIn(email.trim(), password);
			location.assign(next());
		} catch (err) {
			setProblem(asProblem(err));
			setBusy(false);
			/** @type {HTMLElement|null|undefined} */ (form.current?.querySelector('[name=password]'))?.focus();
		}
	};
	const at = (/** @type {string} */ field) => (problem?.field === field ? problem.detail : '');
	return h(SinglePage, { art: 'greenroom', foot: 'Invited to a session? Open the link in your email, no account needed.' }, html`
		<form class="single-form" ref=${form} onSubmit=${submit} novalidate>
			<h1>Sign in</h1>
			<p class="lede">For people who host and run sessions.</p>
			${h(Field, { label: 'Email', name: 'email', type: 'email', size: 'lg', autocomplete: 'username', autofocus: true, value: email, onInput: setEmail, error: at('email') })}
			${h(Password, { label: 'Password', name: 'password', autocomplete: 'current-password', value: password, onInput: setPassword, error: at('password') })}
			${problem && !problem.field && h(Notice, { tone: 'error', icon: 'warn', role: 'alert' }, words(problem))}
			${h(Button, { kind: 'primary', size: 'lg', type: 'submit', busy, class: 'wide' }, busy ? 'Signing in…' : 'Sign in')}
		</form>`);
}

/** @param {import('../lib/api.js').Problem} p */
function words(p) {
	if (p.code === 'wrong_login') return 'Email or password is wrong.';
	if (p.retryAfter) return `Too many tries. Please wait ${p.retryAfter} seconds.`;
	return p.detail;
}
