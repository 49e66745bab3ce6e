// The lobby: people wait, the doors open by themselves for all, and nothing
// but a person's hand uses a link.
import assert from 'node:assert/strict';
import test from 'node:test';
import { api, doors, invite, manager, medium, minutesAhead, person, shot, tab, tabs, world, wrongClock } from '../world.mjs';

/** What the countdown says is left, in seconds. */
async function left(page) {
	const words = await page.getByRole('timer').getAttribute('aria-label');
	const units = { hour: 3600, minute: 60, second: 1 };
	return [...words.matchAll(/(\d+) (hour|minute|second)/g)].reduce((sum, [, n, unit]) => sum + n * units[unit], 0);
}

/** Two who wait for a start that really comes, while the other stories are told. */
const punctual = { start: 0, id: '', rui: await person(), eva: await person() };

test('who may enter waits in the room itself', async () => {
	const jonas = await manager();
	const start = minutesAhead(Date.now() % 60_000 > 45_000 ? 1 : 0);
	const { id } = await medium(jonas, { start, zone: 'UTC', access: 'anyone' });
	Object.assign(punctual, { id, start: Date.parse(start + 'Z') });
	const { rui, eva } = punctual;
	await rui.page.goto(`${world.b}/m/${id}`);
	await rui.page.getByRole('button', { name: 'Wait in the lobby' }).click();
	await rui.page.getByLabel('Your name').fill('Rui Costa');
	await rui.page.getByLabel('Email').fill('rui@else.example');
	await rui.page.getByRole('dialog').getByRole('button', { name: 'Enter' }).click();
	await rui.page.waitForURL(`${world.b}/r/${id}`);
	await eva.page.goto(await invite(jonas, id, 'eva@marlow.example', 'viewer', 'Eva', 'Lind'));
	for (const { page } of [rui, eva]) {
		await page.getByRole('timer').waitFor();
		assert.equal(await page.getByRole('tab').count(), 0);
	}
});

test('the doors open by themselves, at once for everybody, whatever their clocks say', async () => {
	const jonas = await manager();
	const start = minutesAhead(11);
	const { id } = await medium(jonas, { start, zone: 'UTC' });
	await api(jonas, 'POST', '/accounts', { email: 'omar@marlow.example', first: 'Omar', last: 'Haddad', password: 'a long password of his' });

	const ines = await person({ timezoneId: 'Asia/Tokyo' });
	await wrongClock(ines, 5);
	const omar = await person();
	await wrongClock(omar, -7);
	await omar.page.goto(world.b + '/signin');
	await omar.page.getByLabel('Email').fill('omar@marlow.example');
	await omar.page.getByLabel('Password', { exact: true }).fill('a long password of his');
	await omar.page.getByRole('button', { name: 'Sign in' }).click();
	await omar.page.waitForURL(world.b + '/');

	await ines.page.goto(await invite(jonas, id, 'ines@marlow.example', 'viewer', 'Inês', 'Duarte'));
	const toOmar = await invite(jonas, id, 'omar@marlow.example', 'moderator', 'Omar', 'Haddad');
	await omar.page.goto(toOmar.replace(world.a, world.b));
	for (const [who, hours] of [[ines, 5], [omar, -7]]) {
		await who.page.getByRole('timer').waitFor();
		const off = await who.page.evaluate(() => Date.now()) - Date.now();
		assert.ok(Math.abs(off - hours * 3_600_000) < 60_000, 'the clock is wrong indeed');
		const due = (Date.parse(start + 'Z') - Date.now()) / 1000;
		assert.ok(Math.abs(await left(who.page) - due) <= 2, `the countdown says ${await left(who.page)} s, the server ${due} s`);
		const shown = (await who.page.locator('.count-number').allInnerTexts()).map((t) => Number(t.replace(/\s/g, '')));
		assert.ok(Math.abs(shown[0] * 60 + shown[1] - due) <= 3, `the digits say ${shown}`);
		assert.equal(new URL(who.page.url()).hash, '', 'the link is out of the address');
	}
	await ines.page.getByRole('heading', { name: 'Q4 Town Hall' }).waitFor();
	await ines.page.getByText('You are on the list, Inês.').waitFor();
	await ines.page.getByText(/your time, Tokyo/).waitFor();
	await ines.page.getByText('2 people are waiting').waitFor();
	await omar.page.getByText('You are invited as a moderator').waitFor();
	await shot(ines.page, 'lobby-countdown');

	// A reload has the link still, though the address has not.
	await ines.page.reload();
	await ines.page.getByRole('timer').waitFor();
	assert.equal(ines.page.url(), world.a + '/i');

	// Delayed with a word, then to a new start: everybody reads it at once.
	await doors(jonas, id, { do: 'delay', word: 'The projector is on its way.' });
	for (const { page } of [ines, omar]) {
		await page.getByText('The projector is on its way.').waitFor();
		await page.getByText('Delayed until further notice').waitFor();
		assert.equal(await page.getByRole('timer').count(), 0, 'the countdown is gone');
	}
	await shot(omar.page, 'lobby-delayed');
	const later = minutesAhead(21);
	await doors(jonas, id, { do: 'delay', start: later, zone: 'UTC', word: 'Twenty minutes more.' });
	for (const { page } of [ines, omar]) {
		await page.getByText('Twenty minutes more.').waitFor();
		assert.ok(Math.abs(await left(page) - (Date.parse(later + 'Z') - Date.now()) / 1000) <= 2);
	}

	// Opened early: the one asks for the address, the other goes in.
	await doors(jonas, id, { do: 'open' });
	await Promise.all([ines.page.getByLabel('Invited email').waitFor(), omar.page.waitForURL(`${world.b}/r/${id}`)]);
	await tab(omar.page, 'Backchannel').waitFor();
	await shot(ines.page, 'lobby-email');

	// The wrong address says so, and the right one leads in.
	await ines.page.getByLabel('Invited email').fill('nobody@marlow.example');
	await ines.page.getByRole('button', { name: 'Enter session' }).click();
	await ines.page.getByText('That address does not match this invitation').waitFor();
	assert.equal(await ines.page.evaluate(() => document.activeElement?.getAttribute('name')), 'email');
	await shot(ines.page, 'lobby-mismatch');
	await ines.page.getByLabel('Invited email').fill('INES@marlow.example');
	await ines.page.getByRole('button', { name: 'Enter session' }).click();
	await ines.page.waitForURL(`${world.a}/r/${id}`);
	await tab(ines.page, 'Chat').waitFor();
	assert.deepEqual(await tabs(ines.page), ['Chat', 'Q&A']);
	for (const who of [jonas, ines, omar]) assert.deepEqual(who.errors, []);
});

test('opening a link changes nothing, however it is opened', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas);
	await doors(jonas, id, { do: 'open' });
	const link = await invite(jonas, id, 'lea@marlow.example', 'speaker', 'Léa', 'Moreau');
	const state = async () => (await api(jonas, 'GET', `/media/${id}/invites`)).invites[0];

	const scanner = await person();
	for (const method of ['HEAD', 'GET', 'GET']) {
		const res = await scanner.context.request.fetch(link, { method });
		assert.equal(res.status(), 200);
	}
	assert.equal((await state()).state, 'sent');
	for (const base of [world.a, world.b]) {
		const page = await scanner.context.newPage();
		await page.goto(link.replace(world.a, base));
		await page.getByRole('button', { name: 'Enter session' }).click();
		await page.getByText('Please enter an email address').waitFor();
	}
	const { uses, state: opened } = await state();
	assert.equal(uses, 0);
	assert.equal(opened, 'opened');

	const lea = await person();
	await lea.page.goto(link);
	await lea.page.getByLabel('Invited email').fill('lea@marlow.example');
	await lea.page.keyboard.press('Enter');
	await lea.page.waitForURL(`${world.a}/r/${id}`);
	await tab(lea.page, 'Backchannel').waitFor();
	assert.equal((await state()).uses, 1);
	assert.deepEqual([...scanner.errors, ...lea.errors], []);
});

test('a link raises the role in every tab without leaving, and a lower one never lowers it', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas);
	await doors(jonas, id, { do: 'open' });
	const tom = await person();
	const link = (role) => invite(jonas, id, 'tom@marlow.example', role, 'Tom', 'Berg');
	await tom.page.goto(await link('viewer'));
	await tom.page.getByLabel('Invited email').fill('tom@marlow.example');
	await tom.page.keyboard.press('Enter');
	await tom.page.waitForURL(`${world.a}/r/${id}`);
	const second = await tom.context.newPage();
	await second.goto(`${world.b}/r/${id}`);
	for (const page of [tom.page, second]) {
		await page.getByRole('textbox', { name: 'Message everyone' }).fill('half a thought');
		await page.evaluate(() => { /** @type {any} */ (window).sameDocument = true; });
		assert.deepEqual(await tabs(page), ['Chat', 'Q&A']);
	}
	const third = await tom.context.newPage();
	await third.goto(await link('moderator'));
	await third.waitForURL(`${world.a}/r/${id}`);
	for (const page of [tom.page, second]) {
		await tab(page, 'Backchannel').waitFor();
		assert.equal(await page.getByRole('textbox', { name: 'Message everyone' }).inputValue(), 'half a thought');
		assert.equal(await page.evaluate(() => /** @type {any} */ (window).sameDocument), true, 'no reload');
	}
	const fourth = await tom.context.newPage();
	await fourth.goto((await link('speaker')).replace(world.a, world.b));
	await fourth.waitForURL(`${world.b}/r/${id}`);
	for (const page of [tom.page, second, third, fourth]) await tab(page, 'Participants').waitFor();
	assert.deepEqual([...jonas.errors, ...tom.errors], []);
});

test('when the start comes, the doors are open without anybody', async () => {
	const { rui, eva, start, id } = punctual;
	await Promise.all([
		tab(rui.page, 'Chat').waitFor({ timeout: 90_000 }),
		eva.page.getByLabel('Invited email').waitFor({ timeout: 90_000 }),
	]);
	assert.ok(Date.now() >= start, 'not before the time');
	await tab(rui.page, 'Chat').waitFor();
	assert.equal(rui.page.url(), `${world.b}/r/${id}`);
	assert.deepEqual([...rui.errors, ...eva.errors], []);
});
