// Light, dark, or as the system has it. early.js applies the choice before the
// first paint.
import { signal } from './index.js';

const KEY = 'greenroom-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function chosen() {
	const theme = document.documentElement.dataset.theme;
	return theme === 'light' || theme === 'dark' ? theme : dark.matches ? 'dark' : 'light';
}

/** What is shown now. @type {import('./index.js').Signal<'light'|'dark'>} */
export const theme = signal(chosen());

dark.addEventListener('change', () => { theme.value = chosen(); });

/** Changes between light and dark, and remembers it in this browser. */
export function toggleTheme() {
	const next = theme.value === 'dark' ? 'light' : 'dark';
	document.documentElement.dataset.theme = next;
	try {
		localStorage.setItem(KEY, next);
	} catch { /* not kept, still applied */ }
	theme.value = next;
}
