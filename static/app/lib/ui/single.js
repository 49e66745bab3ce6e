import { h, html } from '../index.js';
import { theme, toggleTheme } from '../theme.js';
import { IconButton } from './button.js';
import { Logo } from './logo.js';

const root = new URL('../../../', import.meta.url);

/** The address of a file of the app: asset('art/curtain-wide.svg'). @param {string} path */
export const asset = (path) => new URL(path, root).href;

export function ThemeButton() {
	const dark = theme.value === 'dark';
	return h(IconButton, { icon: dark ? 'sun' : 'moon', label: dark ? 'Light theme' : 'Dark theme', onClick: toggleTheme });
}

/**
 * A page with one thing to do: words left, a picture right (a band on top of
 * small screens).
 * @param {object} props
 * @param {string} props.art a file of art/ without its ending: "curtain-waiting"
 * @param {any} [props.foot] at the bottom left, quiet
 * @param {any} [props.tools] at the bottom right, beside the theme button
 * @param {any} [props.children]
 * @param {boolean} [props.narrow]
 */
export function SinglePage({ art, foot, tools, children }) {
	return html`<div class="single">
		<div class="single-words">
			<header class="single-top"><a href="/" aria-label="Greenroom, home">${h(Logo, { height: 30 })}</a></header>
			<main class="single-main" id="main">${children}</main>
			<footer class="single-foot"><div class="single-note">${foot}</div><div class="single-tools">${h(ThemeButton, {})}${tools}</div></footer>
		</div>
		<div class="single-art"><img key=${art} src=${asset(`art/${art}.svg`)} alt="" /></div>
	</div>`;
}
