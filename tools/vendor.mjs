// Copies the browser's libraries, the font and the icons out of
// e2e/node_modules into static/, by the exact versions of e2e/package.json, and
// writes static/vendor/VENDOR.md. Run it after changing a version:
//
//	npm ci --prefix e2e && node tools/vendor.mjs
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'e2e/node_modules');

/** Package, its licence file, and the files taken: source to target under static/. */
const packages = [
	['preact', 'LICENSE', { 'dist/preact.mjs': 'vendor/preact.mjs', 'hooks/dist/hooks.mjs': 'vendor/preact-hooks.mjs' }],
	['htm', 'LICENSE', { 'dist/htm.mjs': 'vendor/htm.mjs' }],
	['@preact/signals-core', 'LICENSE', { 'dist/signals-core.mjs': 'vendor/signals-core.mjs' }],
	['@preact/signals', 'LICENSE', { 'dist/signals.mjs': 'vendor/signals.mjs' }],
	['hls.js', 'LICENSE', { 'dist/hls.light.min.mjs': 'vendor/hls.light.mjs' }],
	['@fontsource-variable/inter', 'LICENSE', Object.fromEntries(
		['latin', 'latin-ext', 'greek', 'cyrillic'].map((s) => [`files/inter-${s}-opsz-normal.woff2`, `fonts/inter-${s}.woff2`]))],
];

/** Our name of an icon: its name in lucide-static. */
const icons = {
	chat: 'message-square', question: 'message-circle-question-mark', backchannel: 'messages-square', people: 'users', person: 'user',
	moon: 'moon', sun: 'sun', contrast: 'sun-moon', help: 'circle-question-mark', leave: 'log-out', mic: 'mic', shield: 'shield-check', key: 'key',
	calendar: 'calendar', clock: 'clock', check: 'check', checks: 'check-check', close: 'x', up: 'arrow-up', down: 'arrow-down',
	chevron: 'chevron-down', back: 'chevron-left', more: 'ellipsis', search: 'search', plus: 'plus', warn: 'triangle-alert', trash: 'trash-2', retry: 'rotate-cw',
	hidden: 'eye-off', eye: 'eye', external: 'external-link', copy: 'copy', link: 'link', mail: 'mail', send: 'send', settings: 'settings', filter: 'list-filter',
	muted: 'message-square-x', timer: 'timer', invite: 'user-plus', undo: 'undo-2', reply: 'reply', lock: 'lock', door: 'door-open', play: 'play', pause: 'pause',
	volume: 'volume-2', silent: 'volume-x', fullscreen: 'maximize', captions: 'captions', wifi: 'wifi-off', info: 'info', edit: 'pencil', video: 'video',
	audio: 'headphones', document: 'file-text', quiz: 'list-checks', webcast: 'presentation', home: 'house', globe: 'globe', flag: 'flag', bars: 'chart-no-axes-column', panel: 'panel-right',
	admin: 'sliders-horizontal', right: 'arrow-right', ban: 'ban', keyboard: 'keyboard', download: 'download', stop: 'square',
};

const sha = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

rmSync(join(root, 'static/vendor'), { recursive: true, force: true });
mkdirSync(join(root, 'static/vendor/licences'), { recursive: true });
mkdirSync(join(root, 'static/fonts'), { recursive: true });

const rows = [];
for (const [name, licence, files] of packages) {
	const from = join(modules, name);
	const about = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
	const text = `vendor/licences/${name.replace(/^@/, '').replace('/', '-')}.txt`;
	copyFileSync(join(from, licence), join(root, 'static', text));
	for (const [source, target] of Object.entries(files)) {
		const to = join(root, 'static', target);
		if (source.endsWith('.mjs')) {
			const code = readFileSync(join(from, source), 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
			writeFileSync(to, code);
		} else copyFileSync(join(from, source), to);
		rows.push([`static/${target}`, name, about.version, about.license, sha(to)]);
	}
}

const lucide = join(modules, 'lucide-static');
const shapes = {};
for (const [ours, theirs] of Object.entries(icons)) {
	const svg = readFileSync(join(lucide, 'icons', `${theirs}.svg`), 'utf8');
	shapes[ours] = [...svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1).matchAll(/<(path|circle|rect|line|polyline|polygon|ellipse)\s+([^>]*?)\s*\/>/g)]
		.map(([, tag, attrs]) => [tag, Object.fromEntries([...attrs.matchAll(/([\w-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]))]);
}
const about = JSON.parse(readFileSync(join(lucide, 'package.json'), 'utf8'));
const shapesFile = join(root, 'static/app/lib/icon-shapes.js');
writeFileSync(shapesFile, `// Written by tools/vendor.mjs from lucide-static ${about.version} (ISC), on its grid of 24.\n\n`
	+ `/** @type {Record<string, [string, Record<string, string>][]>} */\nexport const shapes = {\n`
	+ Object.entries(shapes).map(([k, v]) => `\t${k}: ${JSON.stringify(v)},\n`).join('') + '};\n');
copyFileSync(join(lucide, 'LICENSE'), join(root, 'static/vendor/licences/lucide-static.txt'));
rows.push(['static/app/lib/icon-shapes.js', 'lucide-static', about.version, 'ISC', sha(shapesFile)]);

writeFileSync(join(root, 'static/vendor/VENDOR.md'), `# Vendored for the browser

Written by tools/vendor.mjs. The texts of the licences are in licences/.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
${rows.map((r) => `| ${r.join(' | ')} |`).join('\n')}
`);
