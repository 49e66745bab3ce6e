import { h, html } from '../lib/index.js';
import { Button, LinkButton, SinglePage } from '../lib/ui.js';
import { useCountdown } from './email.js';
import { refusal } from './errors.js';

/** Why an invitation can't be used. @param {{problem: import('../lib/api.js').Problem, host: string, again: () => void}} props */
export function Refused({ problem, host, again }) {
	const r = refusal(problem);
	const wait = useCountdown(problem);
	document.title = `${r.title} – Greenroom`;
	return h(SinglePage, { art: 'curtain-ghost-light', foot: html`<span class="code">${problem.code}</span>${host && html`<span>Hosted by ${host}</span>`}` }, html`
		<h1>${r.title}</h1>
		<p class="lead">${r.text}</p>
		<div class="single-actions">${r.action === 'again' ? h(Button, { kind: 'primary', size: 'lg', onClick: again }, 'Try again')
			: r.action === 'wait' ? h(Button, { kind: 'primary', size: 'lg', disabled: wait > 0 ? 'Please wait' : false, onClick: again }, wait > 0 ? `Wait ${wait} s` : 'Try again')
				: h(LinkButton, { href: '/', size: 'lg' }, 'Go to the start')}</div>
		${r.note && html`<p class="lobby-small">${r.note}</p>`}`);
}
