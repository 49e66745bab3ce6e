// Every reason for which a link doesn't let somebody in has a page of its own,
// with a title, a sentence and one thing to do.
import assert from 'node:assert/strict';
import test from 'node:test';
import { actOn, api, axe, doors, expire, follow, invite, manager, medium, person, shot, tab, world } from '../world.mjs';

const jonas = await manager();
const usual = { enabled: true, lifetime_hours: 24, max_uses: 1, allowed_domains: [], blocked_domains: [] };
const policy = (change) => api(jonas, 'PUT', '/policy', { ...usual, ...change });

/** An open webcast of its own. */
async function open(fields) {
	const { id } = await medium(jonas, fields);
	await doors(jonas, id, { do: 'open' });
	return id;
}

/** Opens a link in a browser of its own, and waits for this refusal. */
async function refused(link, code, title, text) {
	const who = await person();
	await who.page.goto(link);
	await says(who.page, code, title, text);
	assert.deepEqual(who.errors, []);
	return who;
}

async function says(page, code, title, text) {
	await page.getByRole('heading', { level: 1, name: title }).waitFor();
	await page.getByText(text).waitFor();
	assert.equal(await page.getByText(code, { exact: true }).count(), 1, 'the code for whoever is asked for help');
	assert.equal(await page.title(), `${title} – Greenroom`);
	assert.deepEqual(await axe(page), []);
	await shot(page, `refused-${code}`);
}

test('a link that is cut off, or unknown, or missing', async () => {
	const id = await open();
	const link = await invite(jonas, id, 'cut@marlow.example', 'viewer');
	await refused(link.slice(0, -9), 'link_invalid', 'This link does not work', 'It may be cut off.');
	await refused(link.replace(/.{8}$/, 'aaaaaaaa'), 'link_invalid', 'This link does not work', 'It may be cut off.');
	await refused(world.b + '/i', 'link_invalid', 'This link does not work', 'It may be cut off.');
	const { page } = await refused(world.a + '/i#%E0%A4%A', 'link_invalid', 'This link does not work', 'It may be cut off.');
	// The right link, opened over the page of the wrong one, takes its place.
	await page.goto(link);
	await page.getByLabel('Invited email').waitFor();
});

test('one that has expired', async () => {
	const id = await open();
	const link = await invite(jonas, id, 'late@marlow.example', 'viewer');
	await expire(jonas, id, 'late@marlow.example');
	await refused(link, 'link_expired', 'This invitation has expired', /It was valid until .*\d\d:\d\d \(your time\)\. The host can send you a new one\./);
});

test('one that was used, and one that lives on another device', async () => {
	const id = await open();
	const first = await person();
	const once = await invite(jonas, id, 'ana@marlow.example', 'viewer');
	await follow(first.page, once, 'ana@marlow.example');
	await refused(once.replace(world.a, world.b), 'link_used', 'This invitation was already used', 'continue in the browser you used');
	await policy({ max_uses: 0 });
	const often = await invite(jonas, id, 'bo@marlow.example', 'viewer');
	await policy({});
	await follow(first.page, often, 'bo@marlow.example');
	await refused(often, 'other_device', 'You are in this session on another device', 'An invitation works on one device.');
	// Where it was used it goes on working.
	await first.page.goto(often);
	await first.page.waitForURL(`**/r/${id}`);
});

test('one that was withdrawn, also while its holder waits', async () => {
	const { id } = await medium(jonas);
	const link = await invite(jonas, id, 'kim@marlow.example', 'viewer');
	const kim = await person();
	await kim.page.goto(link);
	await kim.page.getByRole('timer').waitFor();
	const [one] = (await api(jonas, 'GET', `/media/${id}/invites`)).invites;
	await api(jonas, 'DELETE', `/media/${id}/invites/${one.id}`);
	await refused(link, 'withdrawn', 'This invitation was withdrawn', 'The host has taken it back.');
	await doors(jonas, id, { do: 'open' });
	await kim.page.getByLabel('Invited email').fill('kim@marlow.example');
	await kim.page.keyboard.press('Enter');
	await kim.page.getByText('This invitation was withdrawn').waitFor();
});

test('of media that are deleted, and of a session that is over', async () => {
	const gone = (await medium(jonas)).id;
	const link = await invite(jonas, gone, 'mo@marlow.example', 'viewer');
	const waiting = await person();
	await waiting.page.goto(link.replace(world.a, world.b));
	await waiting.page.getByRole('timer').waitFor();
	await api(jonas, 'DELETE', `/media/${gone}`);
	await says(waiting.page, 'media_gone', 'This session no longer exists', 'It was deleted');
	await refused(link, 'media_gone', 'This session no longer exists', 'It was deleted');

	const over = (await medium(jonas)).id;
	const late = await invite(jonas, over, 'pia@marlow.example', 'viewer');
	const pia = await person();
	await pia.page.goto(late);
	await pia.page.getByRole('timer').waitFor();
	await doors(jonas, over, { do: 'end' });
	await says(pia.page, 'ended', 'This session has ended', 'Thank you for coming.');
	await refused(late, 'ended', 'This session has ended', 'Thank you for coming.');
});

test('of a domain that may not join', async () => {
	const id = await open();
	const link = await invite(jonas, id, 'zoe@else.example', 'viewer');
	await policy({ blocked_domains: ['else.example'] });
	const { page } = await refused(link, 'domain_blocked', 'Addresses from this domain cannot join', 'The organiser limits who can join.');
	await policy({});
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.getByLabel('Invited email').waitFor();
});

test('too many wrong addresses', async () => {
	const id = await open();
	const { page, errors } = await person();
	await page.goto(await invite(jonas, id, 'uma@marlow.example', 'viewer'));
	const field = page.getByLabel('Invited email');
	for (let i = 0; i < 10; i++) {
		await field.fill(`guess${i}@marlow.example`);
		const answer = page.waitForResponse('**/lobby/enter');
		await page.getByRole('button', { name: 'Enter session' }).click();
		assert.equal((await answer).status(), 403);
		await page.getByText('That address does not match this invitation').waitFor();
	}
	await field.fill('uma@marlow.example');
	await page.getByRole('button', { name: 'Enter session' }).click();
	await page.getByText(/Too many tries\. Please wait \d+ seconds\./).waitFor();
	const button = page.getByRole('button', { name: /^Wait \d+ s$/ });
	const first = Number(/\d+/.exec(await button.innerText())[0]);
	await page.getByRole('button', { name: `Wait ${first - 2} s` }).waitFor();
	await shot(page, 'refused-too_many_tries');
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(errors, []);
});

test('who was removed can not come back by a link, until they are let in again', async () => {
	const id = await open();
	await jonas.page.goto(`${world.a}/r/${id}`);
	const rob = await person();
	await policy({ max_uses: 5 });
	const link = await invite(jonas, id, 'rob@marlow.example', 'viewer', 'Rob', 'Stone');
	await policy({});
	await follow(rob.page, link, 'rob@marlow.example', world.b);
	await tab(jonas.page, 'Participants').click();
	await actOn(jonas.page, 'Rob Stone', /Remove from the room/);
	await jonas.page.getByRole('button', { name: 'Remove', exact: true }).click();
	await rob.page.getByRole('heading', { name: 'You were removed from this session' }).waitFor();
	await rob.page.goto(link);
	await says(rob.page, 'removed', 'You were removed from this session', /A host removed you at \d\d:\d\d\./);
	const other = await invite(jonas, id, 'rob@marlow.example', 'moderator', 'Rob', 'Stone').catch((e) => String(e));
	assert.match(other, /removed|#/, 'a new link is refused, or it does not help');
	if (other.includes('#')) await refused(other, 'removed', 'You were removed from this session', 'write to the host');
	await actOn(jonas.page, 'Rob Stone', 'Let in again');
	await jonas.page.getByText('Removed from the room').waitFor({ state: 'detached' });
	await rob.page.goto(link);
	await rob.page.waitForURL(`**/r/${id}`);
	await tab(rob.page, 'Chat').waitFor();
});
