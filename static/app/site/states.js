// What a page says while it has nothing to show: loading, offline, not found,
// not allowed.
import { h, html } from '../lib/index.js';
import { Button, LinkButton, SinglePage } from '../lib/ui.js';
import { useTitle } from './ask.js';
import { me } from './session.js';
import { signInPath, Site } from './shell.js';

/** A word that appears only when it takes long. */
export function Loading() {
	return html`<p class="page-words appear-late" role="status">Loading…</p>`;
}

/** A whole page that waits. @param {{title: string, current?: 'home'|'admin'}} props */
export function LoadingPage({ title, current }) {
	return h(Site, { title, current }, h(Loading, {}));
}

/**
 * A page for something that went wrong, with one thing to do.
 * @param {{problem: import('../lib/api.js').Problem, again?: () => void}} props
 */
export function ProblemPage({ problem, again }) {
	const { title, text } = wordsFor(problem);
	useTitle(title);
	return h(SinglePage, { art: 'curtain-ghost-light', foot: html`<code>${problem.code}</code>` }, html`
		<div class="problem">
			<h1>${title}</h1>
			<p class="lede">${text}</p>
			<div class="problem-actions">
				${problem.code === 'signed_out' ? h(LinkButton, { href: signInPath(), kind: 'primary', size: 'lg' }, 'Sign in')
		: retry(problem.code) && again ? h(Button, { kind: 'primary', size: 'lg', onClick: again }, 'Try again')
			: h(LinkButton, { href: '/', kind: 'primary', size: 'lg' }, 'Go to the start')}
			</div>
		</div>`);
}

/** @param {string} code */
const retry = (code) => ['offline', 'unavailable', 'internal', 'rate_limited'].includes(code);

/** @param {import('../lib/api.js').Problem} problem @returns {{title: string, text: string}} */
function wordsFor(problem) {
	switch (problem.code) {
	case 'offline': return { title: 'No connection', text: problem.detail };
	case 'signed_out': return { title: 'Please sign in', text: 'This page is for people with an account or an invitation.' };
	case 'not_found': return { title: 'There is nothing here', text: 'It may have been deleted, or the address is not complete.' };
	case 'forbidden': return {
		title: 'This is not open to you',
		text: me.value ? `You are signed in as ${me.value.email}. Ask the host to invite you.` : 'Ask the host to invite you.',
	};
	default: return { title: problem.title || 'Something went wrong', text: problem.detail };
	}
}

/** Says that what is shown may be old. @param {{problem: import('../lib/api.js').Problem|null}} props */
export function OldNews({ problem }) {
	if (!problem) return null;
	return html`<p class="old-news" role="status">${problem.code === 'offline' ? 'Offline. What you see may be old; we keep trying.' : problem.detail}</p>`;
}
