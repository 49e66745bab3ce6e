// What managers do: sign in, make media of every kind, invite people, follow
// the invitations, move the doors.
import assert from 'node:assert/strict';
import test from 'node:test';
import { api, axe, doors, expire, follow, invite, manager, medium, minutesAhead, person, shot, tab, world } from '../world.mjs';

/** Opens the invite window and fills it in. */
const invitation = (page) => page.getByRole('dialog', { name: 'Invite users' });

async function fill(dialog, { email, first, last, type }) {
	await dialog.getByRole('combobox', { name: 'Email address' }).fill(email);
	await dialog.getByRole('textbox', { name: 'First name' }).fill(first);
	await dialog.getByRole('textbox', { name: 'Last name' }).fill(last);
	if (type) await dialog.getByRole('radio', { name: type }).check();
}

const types = (dialog) => dialog.getByRole('group', { name: 'Invitation type' }).getByRole('radio')
	.evaluateAll((all) => all.map((el) => /** @type {HTMLInputElement} */ (el).labels?.[0].querySelector('.radio-label')?.textContent?.trim()));

const ledgerRow = (page, name) => page.getByRole('table', { name: 'Invitations' }).getByRole('row').filter({ hasText: name });

test('signing in, and what is wrong with it', async () => {
	const somebody = await person();
	const { page } = somebody;
	await page.goto(world.a + '/new');
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('alert').first().waitFor();
	await page.getByLabel('Email').fill(world.email);
	await page.getByLabel('Password', { exact: true }).fill('not this one, surely');
	await page.keyboard.press('Enter');
	await page.getByRole('alert').getByText('Email or password is wrong.').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'password');
	await shot(page, 'signin-wrong');
	await page.getByRole('button', { name: 'Show the password' }).click();
	assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text');
	await page.getByLabel('Password', { exact: true }).fill(world.password);
	await page.keyboard.press('Enter');
	// Where one wanted to go.
	await page.getByRole('heading', { name: 'New media' }).waitFor();
	await page.getByRole('button', { name: /account of/ }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await page.goto(world.b + '/admin');
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.deepEqual(somebody.errors, []);
});

test('the setup page tells what is wrong', async () => {
	const somebody = await person();
	const { page } = somebody;
	await page.goto(world.a + '/setup');
	await page.getByRole('heading', { name: 'This link is not complete' }).waitFor();
	await page.goto(world.a + '/signin');
	await page.goto(world.a + '/setup#notthetoken');
	await page.getByRole('heading', { name: 'Set up Greenroom' }).waitFor();
	assert.equal(new URL(page.url()).hash, '');
	await page.getByRole('button', { name: 'Create account and start' }).click();
	for (const words of ['Say what people call you', 'An email address is needed to sign in', 'Use at least 12 characters']) await page.getByText(words).waitFor();
	await page.getByLabel('Your name').fill('Somebody Else');
	await page.getByLabel('Email').fill('else@marlow.example');
	await page.getByLabel('Password', { exact: true }).fill('a password that is long');
	await page.getByRole('button', { name: 'Create account and start' }).click();
	await page.getByRole('alert').getByText(/setup link is not complete|does not work/).first().waitFor();
	await shot(page, 'setup-refused');
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(somebody.errors, []);
});

test('media of all eight kinds are made through the form, listed, opened and edited', async () => {
	const jonas = await manager();
	const { page } = jonas;
	const kinds = { Webcast: 3, Simulive: 3, 'DIY live': 3, Room: 3, Video: 1, Audio: 1, Document: 1, Quiz: 1 };
	for (const [kind, invited] of Object.entries(kinds)) {
		await page.goto(world.a + '/new');
		await page.getByRole('radio', { name: kind, exact: true }).check();
		if (kind === 'Webcast') {
			await page.getByRole('button', { name: 'Create' }).click();
			assert.equal(await page.getByLabel('Title').getAttribute('aria-invalid'), 'true');
			assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'title');
		}
		await page.getByLabel('Title').fill(`My ${kind}`);
		await page.getByLabel('Description').fill(`What the ${kind} is about.`);
		const live = invited > 1;
		if (live) {
			await page.getByLabel(/^Start/).fill('2031-03-04T15:00');
			await page.getByLabel('Time zone').fill('Europe/Lisbon');
			await page.getByText('15:00 in Lisbon').waitFor();
		} else assert.equal(await page.getByLabel(/^Start/).count(), 0);
		await page.getByRole('button', { name: 'Create' }).click();
		await page.waitForURL(/\/m\/[a-z0-9]+$/);
		await page.getByRole('heading', { level: 1, name: `My ${kind}` }).waitFor();
		await page.getByText(`What the ${kind} is about.`).waitFor();
		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name: 'Invite users' }).click();
		await invitation(page).getByRole('group', { name: 'Invitation type' }).waitFor();
		assert.deepEqual(await types(invitation(page)), live ? ['Viewer', 'Speaker', 'Moderator'] : ['Viewer only'], kind);
		await page.keyboard.press('Escape');
		await invitation(page).waitFor({ state: 'detached' });
	}
	const made = page.url();
	await page.goto(world.b + '/');
	const more = page.getByRole('button', { name: /^See all/ });
	await more.first().or(page.getByRole('link', { name: /My Quiz$/ })).first().waitFor();
	while (await more.count()) await more.first().click();
	for (const kind of Object.keys(kinds)) await page.getByRole('link', { name: new RegExp(`My ${kind}$`) }).first().waitFor();
	await shot(page, 'home');

	await page.goto(made);
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Edit details' }).click();
	await page.getByLabel('Title').fill('My better quiz');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { level: 1, name: 'My better quiz' }).waitFor();
	await page.getByText('What the Quiz is about.').waitFor();
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Withdraw…' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
	await page.getByText('Withdrawn', { exact: true }).first().waitFor();
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Bring back' }).click();
	await page.getByText('Withdrawn', { exact: true }).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Delete…' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
	await page.waitForURL(world.a + '/');
	await page.getByRole('heading', { level: 1 }).waitFor();
	assert.equal(await page.getByRole('link', { name: 'My better quiz' }).count(), 0);
	assert.deepEqual(jonas.errors, []);
});

test('somebody is invited from the media page, by the keyboard, and from the room', async () => {
	const jonas = await manager();
	await jonas.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const { page } = jonas;
	await api(jonas, 'POST', '/accounts', { email: 'omar.haddad@marlow.example', first: 'Omar', last: 'Haddad', password: 'a long password of his' });
	const { id } = await medium(jonas);
	await page.goto(`${world.a}/m/${id}`);
	await page.getByText('No one invited yet.').waitFor();
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: 'Invite users' }).click();
	const dialog = invitation(page);
	const email = dialog.getByRole('combobox', { name: 'Email address' });
	await email.waitFor();
	await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'email');
	await page.getByText('Works once, for 24 hours, on one device').first().waitFor();
	await shot(page, 'invite-window');
	assert.deepEqual(await axe(page), []);

	await page.keyboard.press('Enter');
	for (const words of ['An email address is needed', 'The first name is needed', 'The last name is needed']) await dialog.getByText(words).waitFor();
	assert.equal(await email.evaluate((el) => el === document.activeElement), true, 'the focus is in the first field that is wrong');

	// By the keyboard: two letters, down, Enter, and the names are there.
	await page.keyboard.type('oma');
	await dialog.getByRole('listbox').getByRole('option', { name: /Omar Haddad/ }).waitFor();
	assert.equal(await email.getAttribute('aria-expanded'), 'true');
	await page.keyboard.press('Escape');
	await dialog.getByRole('listbox').waitFor({ state: 'hidden' });
	await page.keyboard.press('ArrowDown');
	const option = dialog.getByRole('option', { name: /Omar Haddad/, selected: true });
	await option.waitFor();
	assert.equal(await email.getAttribute('aria-activedescendant'), await option.getAttribute('id'));
	await shot(page, 'invite-typeahead');
	await page.keyboard.press('Enter');
	assert.equal(await email.inputValue(), 'omar.haddad@marlow.example');
	assert.equal(await dialog.getByRole('textbox', { name: 'First name' }).inputValue(), 'Omar');
	assert.equal(await dialog.getByRole('textbox', { name: 'Last name' }).inputValue(), 'Haddad');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('ArrowDown');
	assert.equal(await dialog.getByRole('radio', { name: 'Speaker' }).isChecked(), true);
	await page.keyboard.press('Enter');

	const made = page.getByRole('dialog', { name: 'Omar is invited as a speaker' });
	const link = await made.getByRole('textbox', { name: 'Invitation link' }).inputValue();
	assert.match(link, new RegExp(`^${world.a}/i#`));
	await made.getByRole('button', { name: 'Copy' }).click();
	await made.getByRole('button', { name: 'Copied' }).waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
	await shot(page, 'invite-done');
	assert.deepEqual(await axe(page), []);
	await made.getByRole('button', { name: 'Invite someone else' }).click();
	assert.equal(await email.inputValue(), '', 'the next one begins afresh');
	await fill(dialog, { email: 'not an address', first: 'Nina', last: 'Berg' });
	await dialog.getByRole('button', { name: 'Generate invite link' }).click();
	await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true' && document.activeElement.getAttribute('name') === 'email');
	await fill(dialog, { email: 'nina@marlow.example', first: 'Nina', last: 'Berg', type: 'Moderator' });
	await dialog.getByRole('button', { name: 'Generate invite link' }).click();
	await page.getByRole('dialog', { name: 'Nina is invited as a moderator' }).getByRole('button', { name: 'Done' }).click();
	await ledgerRow(page, 'Omar Haddad').getByText('Not opened').waitFor();
	await ledgerRow(page, 'Nina Berg').getByText('Moderator').waitFor();

	// From the room, where its manager is.
	await page.goto(`${world.b}/r/${id}`);
	await tab(page, 'Participants').click();
	await page.getByRole('button', { name: 'More for all participants' }).click();
	await page.getByRole('menuitem', { name: 'Invite users' }).click();
	await fill(dialog, { email: 'lea@marlow.example', first: 'Léa', last: 'Moreau', type: 'Viewer' });
	await shot(page, 'invite-from-room');
	await dialog.getByRole('button', { name: 'Generate invite link' }).click();
	await page.getByRole('dialog', { name: 'Léa is invited as a viewer' }).getByRole('button', { name: 'Done' }).click();
	assert.equal((await api(jonas, 'GET', `/media/${id}/invites`)).invites.length, 3);
	assert.deepEqual(jonas.errors, []);
});

test('the ledger follows each invitation', async () => {
	const jonas = await manager();
	const { page } = jonas;
	const { id } = await medium(jonas);
	await doors(jonas, id, { do: 'open' });
	const links = {};
	for (const name of ['Sara Sent', 'Olga Opened', 'Juan Joined', 'Emil Expired', 'Rosa Revoked']) {
		const [first, last] = name.split(' ');
		links[name] = await invite(jonas, id, `${first.toLowerCase()}@marlow.example`, 'viewer', first, last);
	}
	await page.goto(`${world.a}/m/${id}`);
	await ledgerRow(page, 'Olga Opened').getByText('Not opened').waitFor();
	const olga = await person();
	await olga.page.goto(links['Olga Opened']);
	await olga.page.getByLabel('Invited email').waitFor();
	const juan = await person();
	await follow(juan.page, links['Juan Joined'], 'juan@marlow.example', world.b);
	await expire(jonas, id, 'emil@marlow.example');
	await ledgerRow(page, 'Rosa Revoked').getByRole('button', { name: /More about/ }).click();
	await page.getByRole('menuitem', { name: 'Revoke…' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
	// The page hears of all of it by itself.
	for (const [name, words] of [['Sara Sent', 'Not opened'], ['Olga Opened', 'Opened the link'], ['Juan Joined', 'Joined'], ['Emil Expired', 'Expired, not opened'], ['Rosa Revoked', 'Revoked']]) {
		await ledgerRow(page, name).getByText(words, { exact: true }).waitFor();
	}
	await shot(page, 'ledger');
	const problems = page.getByRole('group', { name: 'Which invitations' }).getByRole('button', { name: /^Problems/ });
	await problems.click();
	assert.equal(await page.getByRole('table', { name: 'Invitations' }).getByRole('row').count(), 3, 'the head and two rows');
	await ledgerRow(page, 'Emil Expired').getByRole('button', { name: /More about/ }).click();
	await page.getByRole('menuitem', { name: 'Make a new link' }).click();
	assert.equal(await invitation(page).getByRole('combobox').inputValue(), 'emil@marlow.example');
	assert.equal(await invitation(page).getByRole('textbox', { name: 'Last name' }).inputValue(), 'Expired');
	assert.deepEqual(jonas.errors, []);
});

test('doors are delayed, opened and ended from the media page', async () => {
	const jonas = await manager();
	const { page } = jonas;
	const { id } = await medium(jonas, { start: minutesAhead(90), zone: 'UTC' });
	const ines = await person();
	await ines.page.goto(await invite(jonas, id, 'ines@marlow.example', 'viewer', 'Inês', 'Duarte'));
	await ines.page.getByRole('timer').waitFor();
	await page.goto(`${world.a}/m/${id}`);
	await page.getByRole('timer').getByText(/^Doors open in 1:/).waitFor();
	const menu = async (item) => {
		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name: item }).click();
	};
	await menu('Reschedule or delay…');
	const dialog = page.getByRole('dialog', { name: 'Reschedule or delay' });
	await dialog.getByLabel(/^Start in/).fill(minutesAhead(200));
	await dialog.getByLabel(/A word to those who wait/).fill('We need two more hours.');
	await shot(page, 'delay-window');
	await dialog.getByRole('button', { name: 'Move the start' }).click();
	await page.getByRole('timer').getByText(/^Doors open in 3:/).waitFor();
	await ines.page.getByText('We need two more hours.').waitFor();
	await page.getByText('We need two more hours.').waitFor();
	await menu('Reschedule or delay…');
	await dialog.getByRole('radio', { name: 'Until further notice' }).check();
	await dialog.getByRole('button', { name: 'Delay' }).click();
	await page.getByText('Delayed until further notice').first().waitFor();
	await ines.page.getByText('Delayed until further notice').waitFor();
	await shot(page, 'media-delayed');
	await page.getByRole('button', { name: 'Open the doors now' }).click();
	await ines.page.getByLabel('Invited email').waitFor();
	await page.getByText(/^Doors open since/).waitFor();
	await menu('End…');
	await page.getByRole('alertdialog').getByRole('button', { name: 'End the session' }).click();
	await page.getByText('This session has ended').waitFor();
	await page.getByRole('button', { name: 'Open the doors now' }).waitFor({ state: 'detached' });
	assert.deepEqual([...jonas.errors, ...ines.errors], []);
});
