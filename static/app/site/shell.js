// What stands around every page of the site: mark, places, theme, account.
import { asProblem } from '../lib/api.js';
import { h, html } from '../lib/index.js';
import { initials } from '../lib/text.js';
import { Avatar, LinkButton, Logo, Mark, Menu, ThemeButton, toast, ToastHost } from '../lib/ui.js';
import { useTitle } from './ask.js';
import { me, signOut } from './session.js';

/**
 * @param {{title: string, current?: 'home'|'admin', children?: import('../lib/index.js').Children}} props
 */
export function Site({ title, current, children }) {
	useTitle(title);
	const who = me.value;
	return html`<div class="site">
		<a class="skip" href="#main">Skip to the content</a>
		<header class="site-head">
			<a class="site-mark" href="/" aria-label="Greenroom, home"><span class="wide">${h(Logo, { height: 24 })}</span><span class="narrow">${h(Mark, { size: 28 })}</span></a>
			${who && html`<nav class="site-nav" aria-label="Site">
				<a href="/" aria-current=${current === 'home' ? 'page' : undefined}>Home</a>
				${who.admin && html`<a href="/admin" aria-current=${current === 'admin' ? 'page' : undefined}>Admin</a>`}
			</nav>`}
			<div class="site-tools">${h(ThemeButton, {})}
				${who ? h(Account, { who }) : who === null && h(LinkButton, { href: signInPath(), size: 'sm' }, 'Sign in')}
			</div>
		</header>
		<main class="site-main" id="main" tabindex="-1">${children}</main>
		${h(ToastHost, { class: 'site-toasts' })}
	</div>`;
}

/** Where one signs in and comes back from. */
export function signInPath() {
	const here = location.pathname + location.search;
	return here === '/' ? '/signin' : `/signin?next=${encodeURIComponent(here)}`;
}

/** @param {{who: import('./session.js').Me}} props */
function Account({ who }) {
	const out = async () => {
		try {
			await signOut();
			location.assign('/');
		} catch (err) {
			toast({ title: 'You are still signed in', text: asProblem(err).detail, icon: 'warn', tone: 'error' });
		}
	};
	return h(Menu, {
		label: `${initials(who.name)}, account of ${who.name}`, class: 'account',
		head: html`<b>${who.name}</b><span>${who.email}</span>`,
		items: [{ label: 'Sign out', icon: 'leave', onSelect: out }],
	}, h(Avatar, { id: who.email, name: who.name, size: 32 }));
}
