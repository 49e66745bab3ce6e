// Every pair of colours that carries words must be readable, in both themes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../../static/css/tokens.css', import.meta.url), 'utf8');
const tokens = Object.fromEntries([...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9A-F]{6}),\s*(#[0-9A-F]{6})\)/gi)].map((m) => [m[1], [m[2], m[3]]]));

const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const light = (hex) => [1, 3, 5].map((i) => channel(parseInt(hex.slice(i, i + 2), 16) / 255)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ratio = (a, b) => {
	const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
	return (x + 0.05) / (y + 0.05);
};

const words = [
	...['bg', 'surface', 'surface-2', 'surface-3'].flatMap((ground) => ['ink', 'ink-2', 'ink-3'].map((ink) => [ink, ground])),
	...['bg', 'surface', 'surface-2'].flatMap((ground) => ['accent', 'accent-ink', 'mod', 'live', 'warn', 'ok', 'error'].map((ink) => [ink, ground])),
	['on-accent', 'accent'], ['on-accent', 'accent-2'], ['on-live', 'live'], ['accent-ink', 'accent-soft'], ['ink', 'accent-soft'], ['ink-2', 'accent-soft'], ['mod', 'mod-soft'],
	['warn', 'warn-soft'], ['ok', 'ok-soft'], ['error', 'error-soft'], ['surface', 'ink'],
	...[1, 2, 3, 4, 5, 6].map((n) => [`av${n}-ink`, `av${n}`]),
];
const edges = [['line-strong', 'surface'], ['line-strong', 'bg'], ['accent', 'surface'], ['accent', 'bg']];

for (const [i, theme] of ['light', 'dark'].entries()) {
	test(`words are readable, ${theme}`, () => {
		for (const [ink, ground] of words) {
			const r = ratio(tokens[ink][i], tokens[ground][i]);
			assert.ok(r >= 4.5, `${ink} on ${ground} is ${r.toFixed(2)}`);
		}
	});
	test(`edges of controls can be seen, ${theme}`, () => {
		for (const [line, ground] of edges) {
			const r = ratio(tokens[line][i], tokens[ground][i]);
			assert.ok(r >= 3, `${line} on ${ground} is ${r.toFixed(2)}`);
		}
	});
}
