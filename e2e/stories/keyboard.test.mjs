// Everything without a mouse: the way in, talking, asking, promoting; the focus
// is never lost, and what happens is said aloud.
import assert from 'node:assert/strict';
import test from 'node:test';
import { doors, enter, follow, invite, manager, medium, person, tab, tabs, world } from '../world.mjs';

const focused = (locator) => locator.evaluate((el) => el === document.activeElement);

const where = (page) => page.evaluate(() => {
	const el = document.activeElement;
	return `${el?.tagName} ${el?.getAttribute('role') ?? ''} "${el?.getAttribute('aria-label') ?? el?.textContent?.trim().slice(0, 40)}"`;
});

/** Presses a key until the focus is there. */
async function go(page, target, key = 'Tab') {
	const way = [];
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press(key);
		if (await target.count() && await focused(target.first())) return;
		way.push(await where(page));
	}
	throw new Error(`${key} does not lead to ${target}: ${way.join(', ')}`);
}

async function at(page, target, what) {
	assert.ok(await target.count() === 1 && await focused(target), `${what}, but it is at ${await where(page)}`);
}

/** Waits until a live region says something. */
const heard = (page, words, role = 'status') => page.locator('body > .sr-only').and(page.getByRole(role)).filter({ hasText: words }).waitFor({ state: 'attached' });

test('from the lobby to a message and a question', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas, { access: 'anyone', premoderation: true });
	await doors(jonas, id, { do: 'open' });
	const hannah = await person();
	const { page } = hannah;
	await page.goto(await invite(jonas, id, 'hannah@marlow.example', 'viewer', 'Hannah', 'Weiss'));
	await page.getByLabel('Invited email').waitFor();
	await heard(page, '');
	await go(page, page.getByLabel('Invited email'));
	await page.keyboard.type('hanna@marlow.example');
	await page.keyboard.press('Enter');
	await page.getByText('That address does not match this invitation').waitFor();
	await at(page, page.getByLabel('Invited email'), 'the focus is where the mistake is');
	await page.keyboard.press('Control+a');
	await page.keyboard.type('hannah@marlow.example');
	await go(page, page.getByRole('button', { name: 'Enter session' }));
	await page.keyboard.press('Enter');
	await page.waitForURL(`**/r/${id}`);
	await tab(page, 'Chat').waitFor();

	// The first stop skips to the panel.
	await page.keyboard.press('Tab');
	await at(page, page.getByRole('link', { name: 'Skip to the panel' }), 'the first stop is the skip link');
	await page.keyboard.press('Enter');
	const box = page.getByRole('textbox', { name: 'Message everyone' });
	await go(page, tab(page, 'Chat'));
	await go(page, box);
	await page.keyboard.type('Hello');
	await page.keyboard.press('Shift+Enter');
	await page.keyboard.type('everybody');
	await page.keyboard.press('Enter');
	await page.getByRole('region', { name: 'Chat messages' }).getByText(/Hello\s+everybody/).waitFor();
	await at(page, box, 'one writes on');
	assert.equal(await box.inputValue(), '');

	// What others say is heard, without the focus going anywhere.
	const ben = await person();
	await enter(ben, id, 'Ben Otto', world.b);
	await ben.page.getByRole('textbox', { name: 'Message everyone' }).fill('Welcome, Hannah');
	await ben.page.keyboard.press('Enter');
	await heard(page, 'Ben Otto: Welcome, Hannah');
	await at(page, box, 'one writes on');

	// The tabs: by arrows, Home and End, and by Alt with a number.
	await go(page, tab(page, 'Chat'), 'Shift+Tab');
	await page.keyboard.press('ArrowRight');
	await at(page, tab(page, 'Q&A'), 'the arrow leads to the next tab');
	assert.equal(await tab(page, 'Q&A').getAttribute('aria-selected'), 'true');
	assert.equal(await tab(page, 'Chat').getAttribute('tabindex'), '-1', 'the tabs are one stop');
	await page.keyboard.press('ArrowRight');
	await at(page, tab(page, 'Chat'), 'the arrow goes round');
	await page.keyboard.press('End');
	await at(page, tab(page, 'Q&A'), 'End leads to the last tab');
	await page.keyboard.press('Home');
	await at(page, tab(page, 'Chat'), 'Home leads to the first tab');
	await page.keyboard.press('Alt+2');
	await at(page, tab(page, 'Q&A'), 'Alt 2 leads to the second tab');
	const ask = page.getByRole('textbox', { name: 'Ask a question' });
	await page.keyboard.press('Alt+m');
	await at(page, ask, 'Alt M leads to where one writes');
	await page.keyboard.type('Is there a recording?');
	await go(page, page.getByRole('checkbox', { name: 'Ask anonymously' }));
	await page.keyboard.press('Space');
	await go(page, page.getByRole('button', { name: 'Ask', exact: true }), 'Shift+Tab');
	await page.keyboard.press('Enter');
	await page.getByText('Waiting for review').waitFor();
	await page.getByText(/Asked anonymously/).waitFor();
	await heard(page, 'Your question waits for review');
	const lost = await page.evaluate(() => document.activeElement === document.body);
	assert.equal(lost, false, 'the focus is somewhere');

	// Help, and back.
	await page.keyboard.press('Alt+2');
	await page.keyboard.press('?');
	await page.getByRole('dialog', { name: 'Help' }).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await at(page, tab(page, 'Q&A'), 'the focus is back where it was');

	// The end is said at once.
	await doors(jonas, id, { do: 'end' });
	await heard(page, 'The session has ended', 'alert');
	for (const who of [hannah, ben]) assert.deepEqual(who.errors, []);
});

test('a manager promotes somebody, and a moderator mutes somebody', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas, { access: 'anyone' });
	await doors(jonas, id, { do: 'open' });
	const hannah = await person();
	await enter(hannah, id, 'Hannah Weiss', world.b);
	const hers = hannah.page.getByRole('textbox', { name: 'Message everyone' });
	await hers.pressSequentially('half a mess');
	const { page } = jonas;
	await page.goto(`${world.a}/r/${id}`);
	await tab(page, 'Chat').waitFor();
	await page.keyboard.press('Alt+4');
	await at(page, tab(page, 'Participants'), 'Alt 4 leads to the participants');
	const actions = page.getByRole('button', { name: 'Actions for Hannah Weiss' });
	await actions.waitFor();
	await go(page, actions);
	await page.keyboard.press('Enter');
	const item = (name) => page.getByRole('menuitem', { name });
	await item('Promote to speaker').waitFor();
	await at(page, item('Promote to speaker'), 'the menu begins at its first item');
	await page.keyboard.press('Escape');
	await page.getByRole('menu').waitFor({ state: 'detached' });
	await at(page, actions, 'Escape leads back to the button');
	await page.keyboard.press('ArrowDown');
	await item('Promote to speaker').waitFor();
	await page.keyboard.press('ArrowDown');
	await at(page, item(/Promote to moderator/), 'the arrow leads to the next item');
	await page.keyboard.press('End');
	await at(page, item(/Remove from the room/), 'End leads to the last item');
	await page.keyboard.press('m');
	await at(page, item(/Mute chat/), 'a letter leads to its item');
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('alertdialog', { name: 'Make Hannah Weiss a moderator?' });
	await dialog.waitFor();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await at(page, actions, 'Escape changes nothing and leads back');
	assert.deepEqual(await tabs(hannah.page), ['Chat', 'Q&A']);
	await page.keyboard.press('Enter');
	await item('Promote to speaker').waitFor();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await dialog.waitFor();
	await page.keyboard.press('Enter');
	await tab(hannah.page, 'Backchannel').waitFor();
	await page.getByText(/Applied on 1 of 1 device/).first().waitFor();
	await heard(page, /Hannah Weiss is now a moderator/);
	await at(page, actions, 'the focus stays with her');

	// Hannah hears of it, and writes on.
	await heard(hannah.page, /You are now a moderator/);
	await at(hannah.page, hers, 'she is not torn from her text');
	await hannah.page.keyboard.type('age');
	assert.equal(await hers.inputValue(), 'half a message');
	await go(hannah.page, hannah.page.getByRole('button', { name: 'Show me' }), 'Shift+Tab');
	await hannah.page.keyboard.press('Enter');
	await at(hannah.page, tab(hannah.page, 'Backchannel'), 'she is led to what is new');

	// She mutes somebody from the chat.
	const ben = await person();
	await enter(ben, id, 'Ben Otto');
	await ben.page.getByRole('textbox', { name: 'Message everyone' }).fill('Buy cheap watches');
	await ben.page.keyboard.press('Enter');
	await hannah.page.keyboard.press('Alt+1');
	const list = hannah.page.getByRole('region', { name: 'Chat messages' });
	await list.getByText('Buy cheap watches').waitFor();
	await go(hannah.page, list);
	await hannah.page.keyboard.press('ArrowUp');
	await at(hannah.page, list.getByRole('button', { name: 'Actions for Ben Otto' }), 'the arrow leads to the last message');
	await hannah.page.keyboard.press('Enter');
	await hannah.page.getByRole('menuitem', { name: /Mute chat/ }).waitFor();
	await hannah.page.keyboard.press('Enter');
	await hannah.page.getByRole('menuitem', { name: 'For 1 minute' }).waitFor();
	await at(hannah.page, hannah.page.getByRole('menuitem', { name: 'For 1 minute' }), 'the times are a menu of their own');
	await hannah.page.keyboard.press('Enter');
	await ben.page.getByText(/^You are muted until/).waitFor();
	await heard(ben.page, /You are muted/);
	await at(hannah.page, list.getByRole('button', { name: 'Actions for Ben Otto' }), 'the focus is back at the message');

	// A demotion closes what hangs on the right, and says so.
	await hannah.page.keyboard.press('Alt+3');
	await page.keyboard.press('Enter');
	await item('Back to viewer').waitFor();
	await page.keyboard.press('b');
	await page.keyboard.press('Enter');
	await tab(hannah.page, 'Backchannel').waitFor({ state: 'detached' });
	await heard(hannah.page, /You are now a viewer/);
	const lost = await hannah.page.evaluate(() => document.activeElement === document.body);
	assert.equal(lost, false, 'the focus does not fall into nothing with the tab that goes');
	for (const who of [jonas, hannah, ben]) assert.deepEqual(who.errors, []);
});

test('the way in, the theme, and the questions of a moderator', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas, { access: 'anyone', premoderation: true });
	await doors(jonas, id, { do: 'open' });
	const ana = await person();
	await enter(ana, id, 'Ana Prado');
	await ana.page.keyboard.press('Alt+2');
	await ana.page.keyboard.press('Alt+m');
	await ana.page.keyboard.type('Who decides?');
	await ana.page.keyboard.press('Enter');
	const priya = await person();
	const { page } = priya;
	await follow(page, await invite(jonas, id, 'priya@marlow.example', 'moderator', 'Priya', 'Raman'), 'priya@marlow.example', world.b);
	await go(page, page.getByRole('button', { name: 'Dark theme' }));
	await page.keyboard.press('Space');
	assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
	await at(page, page.getByRole('button', { name: 'Light theme' }), 'the button is the same');
	await page.keyboard.press('Alt+2');
	const row = page.getByRole('article', { name: /^Question from Ana Prado/ });
	await row.waitFor();
	await go(page, row.getByRole('button', { name: 'Dismiss' }));
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await at(page, page.getByRole('textbox', { name: /Reason/ }), 'one can write at once');
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await at(page, row.getByRole('button', { name: 'Dismiss' }), 'the focus is back at the question');
	await go(page, row.getByRole('button', { name: 'Publish' }), 'Shift+Tab');
	await page.keyboard.press('Enter');
	await heard(ana.page, /Your question is on the list/);
	await row.waitFor({ state: 'detached' });
	const lost = await page.evaluate(() => document.activeElement === document.body);
	assert.equal(lost, false, 'the focus does not fall into nothing with the row that goes');
	for (const who of [ana, priya]) assert.deepEqual(who.errors, []);
});
