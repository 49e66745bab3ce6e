// Starts the page that the address names, and catches what goes wrong in it.
import { h, html, render, Component } from './lib/index.js';
import { Button, LinkButton, SinglePage } from './lib/ui.js';
import { startAnnouncing } from './lib/announce.js';
import { keepFocus } from './lib/focus.js';
import { route } from './routes.js';

/** Draws its children, or a page that says that this one broke. */
class Boundary extends Component {
	/** @type {{error: unknown}} */
	state = { error: null };

	/** @param {unknown} error */
	static getDerivedStateFromError(error) {
		return { error };
	}

	/** @param {unknown} error */
	componentDidCatch(error) {
		console.error(error);
	}

	render() {
		if (this.state.error) return h(Trouble, { title: 'This page stopped working', text: 'Reload it to go on. What you were writing in a chat is kept.', code: 'page_error' });
		return /** @type {any} */ (this.props).children;
	}
}

/**
 * An error that takes the whole page: a plain title, one sentence, one action.
 * @param {{title: string, text: string, code: string, home?: boolean}} props
 */
export function Trouble({ title, text, code, home }) {
	document.title = `${title} – Greenroom`;
	return h(SinglePage, { art: 'curtain-ghost-light', foot: html`<span class="code">${code}</span>` }, html`
		<h1>${title}</h1><p class="lead">${text}</p>
		<p class="single-actions">${home ? h(LinkButton, { href: '/', kind: 'primary', size: 'lg' }, 'Go to the start') : h(Button, { kind: 'primary', size: 'lg', onClick: () => location.reload() }, 'Reload')}</p>`);
}

async function start() {
	const place = /** @type {HTMLElement} */ (document.getElementById('app'));
	startAnnouncing();
	keepFocus();
	const found = route(location.pathname);
	if (!found) {
		render(h(Trouble, { title: 'There is nothing here', text: 'The address may be cut off or out of date.', code: 'not_found', home: true }), place);
		return;
	}
	try {
		const page = await found.load();
		render(h(/** @type {any} */ (Boundary), null, h(page.default, found.params)), place);
	} catch (err) {
		console.error(err);
		render(h(Trouble, { title: 'A new version is ready', text: 'This page is older than the server. Reload it to go on.', code: 'old_client' }), place);
	}
}

start();
