// What every story needs: a browser, people in it, and rooms to meet in.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after } from 'node:test';

export const world = JSON.parse(process.env.WORLD ?? '{}');

export const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
after(() => browser.close());

/** Somebody with a browser of their own. Whatever goes wrong on their pages is kept in errors. */
export async function person(options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	const errors = [];
	context.on('page', (page) => {
		page.on('pageerror', (e) => errors.push(String(e)));
		page.on('console', (m) => { if (m.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(m.text())) errors.push(m.text()); });
	});
	return { context, errors, page: await context.newPage() };
}

/** Calls the API with this person's cookies. */
export async function api(who, method, path, data, base = world.a) {
	const res = await who.context.request.fetch(base + '/api/v1' + path, {
		method, data, headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', origin: base },
	});
	const body = await res.text();
	if (!res.ok()) throw new Error(`${method} ${path}: ${res.status()} ${body}`);
	return body ? JSON.parse(body) : null;
}

/** The manager, signed in through the form. */
export async function manager(options) {
	const m = await person(options);
	await m.page.goto(world.a + '/signin');
	await m.page.getByLabel('Email').fill(world.email);
	await m.page.getByLabel('Password', { exact: true }).fill(world.password);
	await m.page.getByRole('button', { name: 'Sign in' }).click();
	await m.page.waitForURL(world.a + '/');
	return m;
}

/** A medium, made through the API. */
export const medium = (m, fields = {}) => api(m, 'POST', '/media', {
	title: 'Q4 Town Hall: where we go next', description: 'The year in numbers, three bets for 2027, and an hour for your questions.',
	kind: 'webcast', access: 'invited', collaboration: true, start: '2030-12-03T15:00', zone: 'Europe/Lisbon', ...fields,
});

export const doors = (m, id, what) => api(m, 'POST', `/media/${id}/doors`, what);

/** Invites somebody and returns the link. */
export async function invite(m, id, email, role, first = email.split('@')[0], last = 'Example') {
	const { link } = await api(m, 'POST', `/media/${id}/invites`, { email, first, last, role });
	return link;
}

/** Follows a link on a page, through the lobby, into the room. */
export async function follow(page, link, email, base = world.a) {
	await page.goto(link.replace(world.a, base));
	await page.getByLabel('Invited email').fill(email);
	await page.getByRole('button', { name: 'Enter session' }).click();
	await page.waitForURL('**/r/**');
	await page.getByRole('tab', { name: 'Chat' }).waitFor();
}

export const tab = (page, name) => page.getByRole('tab', { name: new RegExp('^' + name) });

export const tabs = (page) => page.getByRole('tab').allInnerTexts();

/** Opens the menu of somebody in the Participants tab and picks an action. */
export async function actOn(page, name, ...actions) {
	await page.getByRole('button', { name: `Actions for ${name}` }).first().click();
	for (const action of actions) await page.getByRole('menuitem', { name: action }).click();
}

/** A whole minute that lies between n and n + 1 minutes ahead, as a medium's start in UTC. */
export const minutesAhead = (n) => new Date((Math.ceil(Date.now() / 60_000) + n) * 60_000).toISOString().slice(0, 16);

/** Sets this person's clock wrong by so many hours. */
export async function wrongClock(who, hours) {
	await who.context.addInitScript((ms) => {
		const Right = Date;
		globalThis.Date = /** @type {any} */ (class extends Right {
			constructor(...args) { super(...(args.length ? args : [Right.now() + ms])); }
			static now() { return Right.now() + ms; }
		});
	}, hours * 3_600_000);
}

/** Says one thing to Redis, for what no person can do: let a day go by. */
export function redis(...words) {
	const { hostname, port } = new URL(world.redis);
	return new Promise((resolve, reject) => {
		const to = connect(Number(port), hostname, () => to.write(`*${words.length}\r\n${words.map((w) => `$${Buffer.byteLength(w)}\r\n${w}\r\n`).join('')}`));
		to.on('error', reject);
		to.once('data', (b) => {
			to.end();
			const answer = String(b);
			if (answer[0] === '-') reject(new Error(answer));
			else resolve(answer);
		});
	});
}

/** Lets an invitation run out, as if its time had passed. */
export async function expire(m, id, email) {
	const { invites } = await api(m, 'GET', `/media/${id}/invites`);
	const one = invites.find((i) => i.email === email);
	await redis('HSET', `room:{${id}}:invite:${one.id}`, 'expires', String(Date.now() - 60_000));
}

const axeSource = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What axe finds wrong on a page, one line each. */
export async function axe(page) {
	await page.evaluate(axeSource);
	const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run({
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	}));
	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 160)}`));
}

/** Keeps a picture for people to look at, where SHOTS names a folder. */
export async function shot(page, name) {
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
