// How the room looks, to viewers and to its staff: each tab, empty and full.
import assert from 'node:assert/strict';
import test from 'node:test';
import { actOn, cable, doors, enter, follow, invite, look, manager, medium, person, tab, talker, world } from '../world.mjs';

const wrong = [];
const fine = () => assert.deepEqual(wrong.splice(0), []);
const jonas = await manager();

async function open(fields = {}) {
	const { id } = await medium(jonas, { access: 'anyone', premoderation: true, ...fields });
	await doors(jonas, id, { do: 'open' });
	return id;
}

/** A room in which a good deal was said and asked. */
async function lively() {
	const id = await open();
	const [mia, noor, otis] = [await talker(id, 'Mia Lindqvist'), await talker(id, 'Noor al-Rashid', world.b), await talker(id, 'Otis')];
	await mia.say('Good morning from a rainy Porto!');
	await mia.say('Is the sound fine for everybody?');
	await noor.say('Loud and clear here. The slides are at https://greenroom.example/slides/2031/q4-town-hall-where-we-go-next-final-version.pdf, for those who can’t see them well on a small screen.');
	await otis.say('👍🏽 same here');
	await otis.say('ありがとうございます。مرحبا بالجميع');
	await noor.say('@Ana Prado are you coming to the workshop afterwards? We have kept a seat for you, beside the window.');
	await otis.say('Averyveryveryverylongwordwithoutanyspacewhatsoeverthatneverthelesshastobreaksomewhere');
	await mia.ask('Will the Porto office grow next year, and if so, which teams are going to move into the new building by the river first?');
	await noor.ask('Why was the canteen closed?', true);
	await otis.ask('Could we have the recording afterwards?');
	return id;
}

test('a viewer, with nothing there and with a good deal', async () => {
	const empty = await open();
	const { page, ...ana } = await person();
	await enter({ ...ana, page }, empty, 'Ana Prado');
	wrong.push(...await look(page, 'room-chat-empty'));
	await tab(page, 'Q&A').click();
	wrong.push(...await look(page, 'room-qna-empty'));
	const id = await lively();
	await enter({ ...ana, page }, id, 'Ana Prado', world.b);
	await page.getByRole('textbox', { name: 'Message everyone' }).fill('What a nice start');
	await page.keyboard.press('Enter');
	await page.getByRole('textbox', { name: 'Message everyone' }).fill('and half a thought\nover two lines');
	wrong.push(...await look(page, 'room-chat'));
	fine();
});

test('a viewer, at the questions', async () => {
	const id = await lively();
	const { page, ...ana } = await person();
	await enter({ ...ana, page }, id, 'Ana Prado');
	const priya = await person();
	await follow(priya.page, await invite(jonas, id, 'priya@marlow.example', 'moderator', 'Priya', 'Raman'), 'priya@marlow.example');
	await tab(priya.page, 'Q&A').click();
	const publish = priya.page.getByRole('button', { name: 'Publish' });
	const row = (text) => priya.page.getByRole('article').filter({ hasText: text });
	for (const text of ['Porto office', 'canteen', 'recording']) {
		await row(text).hover();
		await row(text).getByRole('button', { name: 'Publish' }).click();
		await row(text).waitFor({ state: 'detached' });
	}
	assert.equal(await publish.count(), 0);
	await priya.page.getByRole('group', { name: 'Which questions' }).getByRole('button', { name: /^Open/ }).click();
	await row('recording').hover();
	await row('recording').getByRole('button', { name: 'Answer…' }).click();
	await priya.page.getByRole('textbox', { name: 'Your answer' }).fill('Yes, tomorrow, at https://greenroom.example/recordings.');
	await priya.page.getByRole('button', { name: 'Send answer' }).click();
	await row('Porto').hover();
	await row('Porto').getByRole('button', { name: 'Answer live' }).click();
	await tab(page, 'Q&A').click();
	await page.getByRole('textbox', { name: 'Ask a question' }).fill('Is there a waiting list for the workshop?');
	await page.keyboard.press('Enter');
	await page.getByText('Waiting for review').waitFor();
	await page.getByRole('button', { name: 'Upvote, 0 votes' }).first().click();
	await page.getByRole('textbox', { name: 'Ask a question' }).fill('And one more thing');
	wrong.push(...await look(page, 'room-qna'));

	const present = await person();
	await enter(present, id, 'Screen');
	await present.page.goto(`${world.a}/r/${id}/present`);
	await present.page.getByText('Will the Porto office grow').waitFor();
	wrong.push(...await look(present.page, 'present'));
	fine();
});

test('a moderator, at the queue', async () => {
	const id = await lively();
	const { page } = await person();
	await follow(page, await invite(jonas, id, 'priya@marlow.example', 'moderator', 'Priya', 'Raman'), 'priya@marlow.example');
	await tab(page, 'Q&A').click();
	await page.getByRole('article').filter({ hasText: 'canteen' }).hover();
	wrong.push(...await look(page, 'room-queue'));
	await page.getByRole('article').filter({ hasText: 'canteen' }).getByRole('button', { name: 'Dismiss' }).click();
	await page.getByRole('dialog').waitFor();
	wrong.push(...await look(page, 'room-dismiss'));
	await page.keyboard.press('Escape');
	await page.getByRole('group', { name: 'Which questions' }).getByRole('button', { name: /^Answered/ }).click();
	wrong.push(...await look(page, 'room-queue-empty'));
	await tab(page, 'Backchannel').click();
	await page.getByText('Only hosts and speakers see this').waitFor();
	wrong.push(...await look(page, 'room-backchannel-empty'));
	await page.getByRole('textbox', { name: 'Message the team' }).fill('Shall we take the canteen next?');
	await page.keyboard.press('Enter');
	await page.getByText('Shall we take the canteen next?').waitFor();
	wrong.push(...await look(page, 'room-backchannel'));
	fine();
});

test('a manager, at the participants', async () => {
	const id = await lively();
	const { page } = jonas;
	const hannah = await person();
	await enter(hannah, id, 'Hannah Weiss');
	await page.goto(`${world.a}/r/${id}`);
	await tab(page, 'Participants').click();
	await page.getByRole('region', { name: 'Participants' }).getByText('Noor al-Rashid').waitFor();
	wrong.push(...await look(page, 'room-people'));
	wrong.push(...await look(page, 'room-person-menu', async () => {
		if (!await page.getByRole('menu').count()) await page.getByRole('button', { name: 'Actions for Hannah Weiss' }).click();
		await page.getByRole('menuitem', { name: /Promote to moderator/ }).waitFor();
	}));
	await page.keyboard.press('Escape');
	await actOn(page, 'Hannah Weiss', /Promote to moderator/);
	wrong.push(...await look(page, 'room-promote'));
	await page.getByRole('button', { name: 'Make moderator' }).click();
	await hannah.page.getByText('You are now a moderator').first().waitFor();
	await page.getByText(/Applied on 1 of 1 device/).first().waitFor();
	wrong.push(...await look(hannah.page, 'room-promoted'));
	wrong.push(...await look(page, 'room-people-receipt'));
	await page.getByRole('searchbox').fill('nobody of this name');
	await page.getByText('No one called').waitFor();
	wrong.push(...await look(page, 'room-people-none'));
	fine();
});

test('before the doors open, without a line, without a voice, and after the end', async () => {
	const { id } = await medium(jonas, { access: 'anyone' });
	const { page } = jonas;
	await page.goto(`${world.a}/r/${id}`);
	await page.getByText('The doors are closed').waitFor();
	wrong.push(...await look(page, 'room-before'));
	await doors(jonas, id, { do: 'open' });
	const wire = await cable();
	const ana = await person();
	await enter(ana, id, 'Ana Prado', wire.url);
	await tab(page, 'Participants').click();
	await actOn(page, 'Ana Prado', /Mute chat/, 'Until lifted');
	await ana.page.getByText('You are muted. You can still').waitFor();
	wrong.push(...await look(ana.page, 'room-muted'));
	wire.cut();
	await ana.page.getByText('Reconnecting… your text').waitFor();
	wrong.push(...await look(ana.page, 'room-reconnecting'));
	await page.getByRole('button', { name: 'Manage the session' }).click();
	await page.getByRole('menuitem', { name: 'Room settings…' }).click();
	await page.getByRole('dialog').waitFor();
	wrong.push(...await look(page, 'room-settings'));
	await page.getByRole('button', { name: 'Done' }).click();
	await page.keyboard.press('?');
	await page.getByRole('dialog', { name: 'Help' }).waitFor();
	wrong.push(...await look(page, 'room-help'));
	await page.keyboard.press('Escape');
	await doors(jonas, id, { do: 'end' });
	await page.getByRole('heading', { name: 'This session has ended' }).waitFor();
	wrong.push(...await look(page, 'room-ended'));
	fine();
});
