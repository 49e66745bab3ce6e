// What every story needs: a browser, people in it, and rooms to meet in.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { after } from 'node:test';
import WebSocket from 'ws';

export const world = JSON.parse(process.env.WORLD ?? '{}');

export const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
after(() => browser.close());

/** Somebody with a browser of their own. Whatever goes wrong on their pages is kept in errors. */
export async function person(options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	context.setDefaultTimeout(20_000);
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

/** Enters a room that is open to anyone. */
export async function enter(who, id, name, base = world.a) {
	await api(who, 'POST', `/media/${id}/enter`, { name, email: `${name.toLowerCase().replace(/\W+/g, '.')}@else.example` }, base);
	await who.page.goto(`${base}/r/${id}`);
	await tab(who.page, 'Chat').waitFor();
}

/** Somebody with no browser, who talks and asks. */
export async function talker(id, name, base = world.a) {
	const res = await fetch(`${base}/api/v1/media/${id}/enter`, {
		method: 'POST', headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ name, email: `${name.toLowerCase().replace(/\W+/g, '.')}@crowd.example` }),
	});
	if (!res.ok) throw new Error(`enter: ${res.status} ${await res.text()}`);
	const cookie = res.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
	const ws = new WebSocket(`${base.replace('http', 'ws')}/api/v1/rooms/${id}/socket`, 'greenroom.v1', { headers: { cookie }, origin: base });
	const waiting = new Map();
	let counter = 1;
	const tell = (type, fields) => new Promise((resolve, reject) => {
		waiting.set(++counter, { resolve, reject });
		ws.send(JSON.stringify({ type, id: counter, ...fields }));
	});
	await new Promise((resolve, reject) => {
		ws.on('error', reject);
		ws.on('close', (code) => reject(new Error(`closed: ${code}`)));
		ws.on('open', () => {
			/** @type {any} */ (ws)._socket.unref(); // a test ends without waiting for who talks
			ws.send(JSON.stringify({ type: 'hello', id: 1, client: [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('') }));
		});
		ws.on('message', (data) => {
			for (const line of String(data).split('\n').filter(Boolean)) {
				const m = JSON.parse(line);
				if (m.type === 'welcome') resolve();
				const w = waiting.get(m.id);
				if (m.type === 'ack') w?.resolve(m);
				if (m.type === 'error') w?.reject(new Error(`${m.code}: ${m.message}`));
			}
		});
	});
	return { say: (text) => tell('chat', { text }), ask: (text, anonymous = false) => tell('ask', { text, ...(anonymous ? { anonymous } : {}) }), vote: (question) => tell('vote', { question, on: true }), close: () => ws.close() };
}

/** Many people who say "message 1", "message 2" and so on, one after the other. */
export async function chatter(id, from, to) {
	for (let n = from; n <= to; n += 20) {
		const one = await talker(id, `Talker ${n}`, n % 40 === 1 ? world.a : world.b);
		for (let i = n; i <= Math.min(to, n + 19); i++) await one.say(`message ${i}`);
		one.close();
	}
}

/** A cable to a node, which can be pulled out. */
export async function cable(to = world.a) {
	const { hostname, port } = new URL(to);
	const ends = new Set();
	const down = new Set(); // pairs of what comes from the node and where it goes
	let whole = true;
	const server = createServer((near) => {
		if (!whole) {
			near.destroy();
			return;
		}
		const far = connect(Number(port), hostname);
		const pair = [far, near];
		down.add(pair);
		near.on('close', () => down.delete(pair));
		for (const [end, other] of [[near, far], pair]) {
			ends.add(end);
			end.pipe(other);
			end.on('error', () => other.destroy());
			end.on('close', () => { ends.delete(end); other.destroy(); });
		}
	});
	await new Promise((done) => { server.listen(0, hostname, () => done(undefined)); });
	after(() => server.close());
	return {
		url: `http://${hostname}:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
		cut() { whole = false; for (const end of ends) end.destroy(); },
		mend() { whole = true; },
		/** Keeps back what the node says; what it is told still arrives. */
		hold() { for (const [far, near] of down) far.unpipe(near); },
		release() { for (const [far, near] of down) far.pipe(near); },
	};
}

/** The texts of a list that draws only what is in view, read from its top to its end. */
export async function readAll(list, pick) {
	await list.evaluate((el) => { el.scrollTop = 0; });
	const all = [];
	for (;;) {
		await list.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
		const seen = (await list.getByRole('listitem').allInnerTexts()).flatMap((t) => pick.exec(t)?.[0] ?? []);
		if (new Set(seen).size !== seen.length) throw new Error(`twice in view: ${seen}`);
		for (const text of seen) if (!all.includes(text)) all.push(text);
		const over = await list.evaluate((el) => {
			const end = el.scrollTop + el.clientHeight >= el.scrollHeight - 2;
			el.scrollTop += el.clientHeight * 0.8;
			return end;
		});
		if (over) return all;
	}
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
export async function axe(page, only = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) {
	if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axeSource);
	const { violations } = await page.evaluate((options) => /** @type {any} */ (globalThis).axe.run({ resultTypes: ['violations'], ...options }), only);
	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 160)}${n.any[0]?.data?.contrastRatio ? ` ${n.any[0].data.contrastRatio}:1` : ''}`));
}

/** What stands over the edge of the window, so that one would have to scroll sideways or can't see it. */
const sideways = (page) => page.evaluate(() => {
	const wide = document.documentElement.clientWidth;
	const out = document.documentElement.scrollWidth > wide ? [`the page is ${document.documentElement.scrollWidth} wide`] : [];
	for (const el of document.querySelectorAll('body *')) {
		const box = el.getBoundingClientRect();
		if (box.width < 2 || box.height < 2 || (box.right <= wide + 1 && box.left >= -1)) continue;
		if (el.closest('svg, img, [aria-hidden=true]') || !el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
		let at = el.parentElement;
		while (at && !/auto|scroll/.test(getComputedStyle(at).overflowX)) at = at.parentElement;
		if (!at && getComputedStyle(el).transform === 'none') out.push(`${el.tagName} ${el.className} "${el.textContent?.trim().slice(0, 40)}" from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}`);
	}
	return out.slice(0, 5);
});

export const sizes = { desk: { width: 1440, height: 900 }, tablet: { width: 820, height: 1180 }, phone: { width: 360, height: 740 } };

/** Looks at a page as it is now, in every size, light and dark, and says what is wrong. Where the size changes what is shown, `ready` brings it about again. */
export async function look(page, name, ready = async (_size) => {}) {
	const wrong = [];
	for (const [size, viewport] of Object.entries(sizes)) {
		await page.setViewportSize(viewport);
		await ready(size);
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme: /** @type {'light'|'dark'} */ (colorScheme) });
			await page.evaluate(async () => {
				const passing = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);
				await Promise.all(passing.map((a) => a.finished.catch(() => {})));
				await Promise.all([...document.images].filter((i) => i.checkVisibility()).map((i) => i.decode().catch(() => {})));
				await document.fonts.ready;
			});
			const where = `${name}-${size}-${colorScheme}`;
			await shot(page, where);
			const found = colorScheme === 'light' ? [...await axe(page), ...await sideways(page)] : await axe(page, { runOnly: ['color-contrast'] });
			for (const line of found) wrong.push(`${where}: ${line}`);
		}
	}
	await page.setViewportSize(sizes.desk);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); })); // a menu closes when the window's size changes
	return wrong;
}

/** Keeps a picture for people to look at, where SHOTS names a folder. */
export async function shot(page, name) {
	if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
