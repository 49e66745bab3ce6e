import { h, html, useEffect, useRef, useState } from '../lib/index.js';
import { Button, Field } from '../lib/ui.js';
import { refusal } from './errors.js';

/**
 * Asks for the invited address.
 * @param {{busy: boolean, problem: import('../lib/api.js').Problem|null, live: boolean, onSend: (email: string) => void, onChange: () => void}} props
 */
export function EmailForm({ busy, problem, live, onSend, onChange }) {
	const [email, setEmail] = useState('');
	const [own, setOwn] = useState('');
	const input = useRef(/** @type {HTMLInputElement|null} */ (null));
	const wait = useCountdown(problem);
	useEffect(() => { if (problem) input.current?.focus(); }, [problem]);
	const r = problem && refusal(problem);
	const error = own || (r ? `${r.title}. ${r.text}` : '');
	const send = () => {
		const address = email.trim();
		if (!/^\S+@\S+$/.test(address)) {
			setOwn('Please enter an email address, like name@company.com.');
			input.current?.focus();
			return;
		}
		if (!wait) onSend(address);
	};
	return html`<p class="lead">Enter the address your invitation was sent to. That is all we need to let you in.</p>
		<form class="email-form" novalidate onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); send(); }}>
			${h(Field, { label: 'Invited email', type: 'email', name: 'email', size: 'lg', icon: 'mail', autocomplete: 'email', inputmode: 'email', autocapitalize: 'none', spellcheck: false, required: true, value: email, error, inputRef: input,
				onInput: (v) => { setEmail(v); setOwn(''); if (problem && !wait) onChange(); } })}
			${h(Button, { kind: 'primary', size: 'lg', type: 'submit', busy, disabled: wait > 0 ? `Please wait ${wait} seconds` : false }, wait > 0 ? `Wait ${wait} s` : live ? 'Enter session' : 'Open')}
		</form>
		<p class="lobby-small">The link works on one device. It becomes yours when you enter.</p>`;
}

/** Seconds until a refused try may be repeated. @param {import('../lib/api.js').Problem|null} problem */
export function useCountdown(problem) {
	const [left, setLeft] = useState(0);
	useEffect(() => {
		let n = problem?.retryAfter ?? 0;
		setLeft(n);
		if (!n) return undefined;
		const timer = setInterval(() => {
			n -= 1;
			setLeft(n);
			if (n <= 0) clearInterval(timer);
		}, 1000);
		return () => clearInterval(timer);
	}, [problem]);
	return left;
}
