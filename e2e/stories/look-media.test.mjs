// How the pages of media look, and the windows that open over them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { doors, expire, invite, look, manager, medium, minutesAhead, person, world } from '../world.mjs';

const wrong = [];
const fine = () => assert.deepEqual(wrong.splice(0), []);
const menu = (page) => page.getByRole('button', { name: 'More', exact: true });

test('the media page, and its windows', async () => {
	const jonas = await manager();
	const { page } = jonas;
	const { id } = await medium(jonas, { start: minutesAhead(100 + 9 * 60), zone: 'Asia/Tokyo' });
	for (const [email, role, first, last] of [['hannah@marlow.example', 'viewer', 'Hannah', 'Weiss'], ['tomas@marlow.example', 'speaker', 'Tomás', 'Vila'],
		['priya@marlow.example', 'moderator', 'Priya', 'Raman'], ['maximiliana.wolkenstein@marlow.example', 'moderator', 'Maximiliana Theodora', 'von Wolkenstein-Trostburg']]) {
		await invite(jonas, id, email, role, first, last);
	}
	await expire(jonas, id, 'tomas@marlow.example');
	await page.goto(`${world.a}/m/${id}`);
	await page.getByText('Expired, not opened').waitFor();
	wrong.push(...await look(page, 'media-scheduled'));
	wrong.push(...await look(page, 'media-menu', async () => {
		if (await page.getByRole('menu').count() === 0) await menu(page).click();
		await page.getByRole('menuitem', { name: 'Edit details' }).waitFor();
	}));
	await page.keyboard.press('Escape');
	await menu(page).click();
	await page.getByRole('menuitem', { name: 'Invite users' }).click();
	await page.getByText('Works once').last().waitFor();
	wrong.push(...await look(page, 'invite'));
	await page.getByRole('button', { name: 'Generate invite link' }).click();
	wrong.push(...await look(page, 'invite-errors'));
	await page.getByRole('combobox').fill('');
	await page.getByRole('combobox').pressSequentially('adm');
	await page.getByRole('option').first().waitFor();
	wrong.push(...await look(page, 'invite-typeahead'));
	await page.getByRole('combobox').fill('ana@marlow.example');
	await page.getByLabel('First name').fill('Ana');
	await page.getByLabel('Last name').fill('Prado');
	await page.getByRole('button', { name: 'Generate invite link' }).click();
	await page.getByRole('dialog', { name: /^Ana is invited/ }).waitFor();
	wrong.push(...await look(page, 'invite-done'));
	await page.keyboard.press('Escape');
	await menu(page).click();
	await page.getByRole('menuitem', { name: 'Managers' }).click();
	await page.getByRole('dialog', { name: 'Managers' }).waitFor();
	wrong.push(...await look(page, 'managers'));
	await page.keyboard.press('Escape');
	await menu(page).click();
	await page.getByRole('menuitem', { name: /^Reschedule/ }).click();
	await page.getByRole('dialog').waitFor();
	wrong.push(...await look(page, 'delay'));
	fine();
});

test('the media page of others', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas, { access: 'anyone' });
	const { page } = await person();
	await page.goto(`${world.a}/m/${id}`);
	await page.getByRole('button', { name: 'Wait in the lobby' }).click();
	await page.getByRole('dialog').waitFor();
	wrong.push(...await look(page, 'media-enter'));
	await doors(jonas, id, { do: 'open' });
	await page.reload();
	await page.getByRole('button', { name: 'Enter the room' }).waitFor();
	wrong.push(...await look(page, 'media-live-viewer'));
	const video = await medium(jonas, { kind: 'video', title: 'Onboarding, part one', start: undefined, zone: undefined, collaboration: undefined });
	const guest = await person();
	const link = await invite(jonas, video.id, 'ana@marlow.example', 'viewer', 'Ana', 'Prado');
	await guest.page.goto(link);
	await guest.page.getByLabel('Invited email').fill('ana@marlow.example');
	await guest.page.getByRole('button', { name: 'Open' }).click();
	await guest.page.waitForURL(`**/m/${video.id}`);
	await guest.page.getByRole('heading', { level: 1, name: 'Onboarding' }).waitFor();
	wrong.push(...await look(guest.page, 'media-video-viewer'));
	const secret = await medium(jonas);
	await guest.page.goto(`${world.a}/m/${secret.id}`);
	await guest.page.getByRole('heading', { level: 1 }).waitFor();
	wrong.push(...await look(guest.page, 'media-not-yours'));
	await jonas.page.goto(`${world.a}/m/${video.id}`);
	await jonas.page.getByText('Ana Prado').waitFor();
	wrong.push(...await look(jonas.page, 'media-video'));
	fine();
});
