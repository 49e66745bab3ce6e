// Which module draws which path. A page's module exports its component as
// default; it is called with what the pattern caught.

/** @typedef {{default: import('./lib/index.js').FC<any>}} PageModule */
/** @type {[RegExp, () => Promise<PageModule>][]} */
export const routes = [
	[/^\/$/, () => import('./site/home.js')],
	[/^\/signin$/, () => import('./site/signin.js')],
	[/^\/setup$/, () => import('./site/setup.js')],
	[/^\/new$/, () => import('./site/create.js')],
	[/^\/admin$/, () => import('./site/admin.js')],
	[/^\/m\/(?<media>[a-z0-9]{16,32})$/, () => import('./site/media.js')],
	[/^\/i$/, () => import('./lobby/page.js')],
	[/^\/r\/(?<room>[a-z0-9]{16,32})$/, () => import('./room/page.js')],
	[/^\/r\/(?<room>[a-z0-9]{16,32})\/present$/, () => import('./present/page.js')],
];

/**
 * @param {string} path
 * @returns {{load: () => Promise<PageModule>, params: Record<string, string>}|null}
 */
export function route(path) {
	const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
	for (const [pattern, load] of routes) {
		const match = pattern.exec(clean);
		if (match) return { load, params: { ...match.groups } };
	}
	return null;
}
