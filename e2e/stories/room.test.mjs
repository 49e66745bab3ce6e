// The room's talk: two nodes, a long history, a broken line, mutes, removals
// and the end.
import assert from 'node:assert/strict';
import test from 'node:test';
import { actOn, cable, chatter, doors, enter, manager, medium, person, readAll, shot, tab, world } from '../world.mjs';

const jonas = await manager();
const list = (page) => page.getByRole('region', { name: 'Chat messages' });
const box = (page) => page.getByRole('textbox', { name: 'Message everyone' });
const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => `message ${from + i}`);

async function open(fields = {}) {
	const { id } = await medium(jonas, { access: 'anyone', ...fields });
	await doors(jonas, id, { do: 'open' });
	return id;
}

async function say(page, text) {
	await box(page).fill(text);
	await page.keyboard.press('Enter');
}

test('people on two nodes talk, and what is new shows where one does not look', async () => {
	const id = await open();
	const ana = await person();
	const ben = await person();
	await enter(ana, id, 'Ana Prado', world.a);
	await enter(ben, id, 'Ben Otto', world.b);
	await ben.page.getByText('No messages yet').waitFor();
	await shot(ben.page, 'room-empty');
	await say(ana.page, 'Hello from the one node');
	await list(ben.page).getByText('Hello from the one node').waitFor();
	await say(ben.page, '@Ana Prado and hello from the other: https://greenroom.example/notes.');
	const link = list(ana.page).getByRole('link', { name: 'https://greenroom.example/notes' });
	await link.waitFor();
	assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
	await ana.page.getByText('2 people are here').first().waitFor();

	// Ana looks at the questions while Ben goes on.
	await tab(ana.page, 'Q&A').click();
	await say(ben.page, 'What was the number again?');
	await ana.page.getByRole('tab', { name: /^Chat.*something new/ }).waitFor();
	await tab(ana.page, 'Chat').click();
	await ana.page.getByRole('tab', { name: 'Chat', exact: true }).waitFor();
	await ana.page.getByRole('separator').getByText('New since you looked').waitFor();
	await tab(ben.page, 'Q&A').click();
	await tab(ana.page, 'Q&A').click();
	await ana.page.getByRole('textbox', { name: 'Ask a question' }).fill('Who pays for the hall?');
	await ana.page.keyboard.press('Enter');
	await ben.page.getByText('Who pays for the hall?').waitFor();
	await tab(ben.page, 'Chat').click();

	// Half a message outlives a reload.
	await tab(ana.page, 'Chat').click();
	await box(ana.page).fill('half a mess');
	await ana.page.reload();
	await box(ana.page).waitFor();
	assert.equal(await box(ana.page).inputValue(), 'half a mess');
	await box(ana.page).press('Enter');
	await list(ben.page).getByText('half a mess').waitFor();
	assert.equal(await box(ana.page).inputValue(), '');
	for (const who of [ana, ben]) assert.deepEqual(who.errors, []);
});

test('three hundred messages are read upward without losing the place', async () => {
	const id = await open();
	await chatter(id, 1, 300);
	const ana = await person();
	await enter(ana, id, 'Ana Prado', world.b);
	const messages = list(ana.page);
	await messages.getByText(/message 300$/).waitFor();
	const top = (text) => messages.getByText(new RegExp(`${text}$`)).evaluate((el) => el.getBoundingClientRect().top);

	// Up, step by step: a row that is in view moves as far as one scrolls, and
	// never jumps, though older messages come above it.
	const jumps = await messages.evaluate(async (el) => {
		const frame = () => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
		const out = [];
		const until = performance.now() + 15_000;
		while (!/message 1(?!\d)/.test(el.textContent ?? '') && performance.now() < until) {
			const edge = el.getBoundingClientRect().top + 150;
			const row = [...el.querySelectorAll('[role=listitem]')].find((r) => r.getBoundingClientRect().top > edge);
			const before = row?.getBoundingClientRect().top ?? 0;
			const high = el.scrollHeight;
			el.scrollTop -= 120;
			await frame();
			const by = row?.isConnected ? row.getBoundingClientRect().top - before : NaN;
			if (!(by > -2 && by < 122)) out.push(`${row?.textContent} moved by ${by} of 120 px, the list from ${high} to ${el.scrollHeight}`);
		}
		return out;
	});
	assert.deepEqual(jumps, []);
	assert.deepEqual(await readAll(messages, /message \d+/), numbers(1, 300));

	// Scrolled up, what comes is counted and nothing moves.
	await messages.evaluate((el) => { el.scrollTop = 2000; });
	const row = await messages.evaluate((el) => {
		const edge = el.getBoundingClientRect().top + 100;
		return /message \d+/.exec([...el.querySelectorAll('[role=listitem]')].find((r) => r.getBoundingClientRect().top > edge)?.textContent ?? '')?.[0] ?? '';
	});
	const at = await top(row);
	await chatter(id, 301, 303);
	const pill = ana.page.getByRole('button', { name: '3 new messages' });
	await pill.waitFor();
	assert.equal(await top(row), at, 'the reader stays where they were');
	await shot(ana.page, 'room-pill');
	await pill.click();
	await messages.getByText(/message 303$/).waitFor();
	await pill.waitFor({ state: 'detached' });
	await chatter(id, 304, 304);
	await messages.getByText(/message 304$/).waitFor();
	await ana.page.waitForFunction((el) => /** @type {any} */ (el).scrollHeight - /** @type {any} */ (el).clientHeight - /** @type {any} */ (el).scrollTop < 3, await messages.elementHandle());
	assert.deepEqual(ana.errors, []);
});

test('a broken line is told, and mended without a hole or a double', async () => {
	const id = await open();
	const wire = await cable(world.a);
	const ana = await person();
	const ben = await person();
	await enter(ana, id, 'Ana Prado', wire.url);
	await enter(ben, id, 'Ben Otto', world.b);
	await chatter(id, 1, 20);
	await list(ana.page).getByText(/message 20$/).waitFor();
	await ana.page.evaluate(() => { /** @type {any} */ (window).sameDocument = true; });

	wire.cut();
	await say(ana.page, 'said into the dark');
	await list(ana.page).getByText('Sending…').waitFor();
	await ana.page.getByRole('status').getByText('Reconnecting… your text is safe.').waitFor();
	await shot(ana.page, 'room-reconnecting');
	await chatter(id, 21, 60);
	await box(ana.page).fill('and half a mess');
	wire.mend();
	await ana.page.getByText('Reconnecting…').waitFor({ state: 'detached' });
	await list(ana.page).getByText(/message 60$/).waitFor();
	await list(ben.page).getByText('said into the dark').waitFor();
	await list(ana.page).getByText('Sending…').waitFor({ state: 'detached' });
	assert.equal(await box(ana.page).inputValue(), 'and half a mess');
	assert.equal(await ana.page.evaluate(() => /** @type {any} */ (window).sameDocument), true);
	const seen = /message \d+|said into the dark/;
	assert.deepEqual(await readAll(list(ana.page), seen), await readAll(list(ben.page), seen));
	assert.deepEqual((await readAll(list(ana.page), /message \d+/)), numbers(1, 60));
	assert.equal((await readAll(list(ben.page), /said into the dark/)).length, 1);

	// Again and again, at the worst moments.
	for (let i = 0; i < 3; i++) {
		const talk = chatter(id, 61 + i * 20, 80 + i * 20);
		wire.cut();
		await say(ana.page, `in between ${i}`);
		await talk;
		wire.mend();
	}
	await list(ana.page).getByText(/message 120$/).waitFor();
	await list(ben.page).getByText('in between 2').waitFor();
	await list(ana.page).getByText('Sending…').first().waitFor({ state: 'detached' });
	const every = /message \d+|in between \d/;
	const hers = await readAll(list(ana.page), every);
	assert.deepEqual(hers, await readAll(list(ben.page), every), 'both read the same, in the same order');
	assert.equal(hers.filter((t) => t.startsWith('in')).length, 3);
	for (const who of [ana, ben]) assert.deepEqual(who.errors.filter((e) => !/ERR_/.test(e)), []);
});

test('after a long break there is a button, and it works', async () => {
	const id = await open();
	const wire = await cable(world.b);
	const ana = await person();
	await ana.page.clock.install();
	await enter(ana, id, 'Ana Prado', wire.url);
	wire.cut();
	await ana.page.getByText('Reconnecting… your text is safe.').waitFor();
	await ana.page.clock.fastForward(20_000);
	await ana.page.getByText('Still offline. We keep trying.').waitFor();
	await shot(ana.page, 'room-offline');
	wire.mend();
	await ana.page.getByRole('button', { name: 'Try now' }).click();
	await ana.page.getByText('Still offline.').waitFor({ state: 'detached' });
	await say(ana.page, 'back again');
	await list(ana.page).getByText('Sending…').waitFor({ state: 'detached' });
	await list(ana.page).getByText('back again').waitFor();
});

test('a mute gives its reason where one writes, and ends by itself', async () => {
	const id = await open();
	await jonas.page.goto(`${world.a}/r/${id}`);
	const ana = await person();
	await ana.page.clock.install();
	await enter(ana, id, 'Ana Prado', world.b);
	await box(ana.page).fill('half a mess');
	await tab(jonas.page, 'Participants').click();
	await actOn(jonas.page, 'Ana Prado', /Mute chat/, 'Until lifted');
	await ana.page.getByText('You are muted. You can still read and watch.').waitFor();
	assert.equal(await box(ana.page).inputValue(), 'half a mess');
	assert.equal(await box(ana.page).getAttribute('aria-disabled'), 'true');
	await box(ana.page).press('Enter');
	await shot(ana.page, 'room-muted');
	await jonas.page.getByText('Muted until lifted').waitFor();
	await actOn(jonas.page, 'Ana Prado', 'Unmute');
	await ana.page.getByText('You can write again').first().waitFor();
	await box(ana.page).press('Enter');
	await tab(jonas.page, 'Chat').click();
	await list(jonas.page).getByText('half a mess').waitFor();

	// From the chat itself, for a minute, which passes.
	await list(jonas.page).getByRole('article').hover();
	await actOn(jonas.page, 'Ana Prado', /Mute chat/, 'For 1 minute');
	await ana.page.getByText(/^You are muted until \d\d:\d\d\.$/).waitFor();
	await tab(ana.page, 'Q&A').click();
	assert.equal(await ana.page.getByRole('textbox', { name: 'Ask a question' }).evaluate((el) => /** @type {HTMLTextAreaElement} */ (el).readOnly), true);
	await tab(ana.page, 'Chat').click();
	await ana.page.clock.fastForward(62_000);
	await ana.page.getByText(/^You are muted until/).waitFor({ state: 'detached' });
	assert.equal(await box(ana.page).getAttribute('aria-disabled'), null);
	assert.deepEqual(ana.errors, []);
});

test('who is removed is out on every tab, and who is let in again comes back', async () => {
	const id = await open();
	await jonas.page.goto(`${world.a}/r/${id}`);
	const ana = await person();
	await enter(ana, id, 'Ana Prado', world.a);
	const second = await ana.context.newPage();
	await second.goto(`${world.b}/r/${id}`);
	await tab(second, 'Chat').waitFor();
	await tab(jonas.page, 'Participants').click();
	await actOn(jonas.page, 'Ana Prado', /Remove from the room/);
	await jonas.page.getByRole('alertdialog', { name: 'Remove Ana Prado?' }).getByRole('button', { name: 'Remove' }).click();
	for (const page of [ana.page, second]) {
		await page.getByRole('heading', { name: 'You were removed from this session' }).waitFor();
		assert.equal(await page.getByRole('tab').count(), 0);
	}
	await shot(second, 'room-removed');
	await second.reload();
	await second.getByRole('heading', { name: 'You were removed from this session' }).waitFor();
	await jonas.page.getByRole('button', { name: 'Undo' }).click();
	await jonas.page.getByText('Removed from the room').waitFor({ state: 'detached' });
	for (const page of [ana.page, second]) {
		await page.reload();
		await tab(page, 'Chat').waitFor();
	}
	for (const who of [jonas, ana]) assert.deepEqual(who.errors, []);
});

test('the end shows on every page, and opening again brings everybody back', async () => {
	const id = await open();
	await jonas.page.goto(`${world.a}/r/${id}`);
	const ana = await person();
	await enter(ana, id, 'Ana Prado', world.b);
	await box(ana.page).fill('one more thing');
	await jonas.page.getByRole('button', { name: 'Manage the session' }).click();
	await jonas.page.getByRole('menuitem', { name: 'End session…' }).click();
	await jonas.page.getByRole('alertdialog', { name: 'End the session?' }).getByRole('button', { name: 'End session' }).click();
	for (const { page } of [jonas, ana]) await page.getByRole('heading', { name: 'This session has ended' }).waitFor();
	await shot(ana.page, 'room-ended');
	const late = await person();
	await late.page.goto(`${world.a}/m/${id}`);
	await late.page.getByText('This session has ended').first().waitFor();
	assert.equal(await late.page.getByRole('button', { name: /Enter/ }).count(), 0);

	await jonas.page.goto(`${world.a}/m/${id}`);
	await jonas.page.getByRole('button', { name: 'More', exact: true }).click();
	await jonas.page.getByRole('menuitem', { name: 'Open again' }).click();
	await box(ana.page).waitFor();
	assert.equal(await box(ana.page).inputValue(), 'one more thing');
	await box(ana.page).press('Enter');
	await list(ana.page).getByText('one more thing').waitFor();
	await list(ana.page).getByText('Sending…').waitFor({ state: 'detached' });
	for (const who of [jonas, ana, late]) assert.deepEqual(who.errors, []);
});
