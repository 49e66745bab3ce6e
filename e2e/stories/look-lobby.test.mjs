// How the lobby looks: waiting, entering, and each refusal.
import assert from 'node:assert/strict';
import test from 'node:test';
import { doors, invite, look, manager, medium, minutesAhead, person, world } from '../world.mjs';

const wrong = [];
const fine = () => assert.deepEqual(wrong.splice(0), []);

test('waiting and entering', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas, { start: minutesAhead(100), zone: 'UTC' });
	const link = await invite(jonas, id, 'ines@marlow.example', 'moderator', 'Inês', 'Duarte');
	const { page } = await person({ timezoneId: 'Asia/Tokyo' });
	await page.goto(link);
	await page.getByRole('timer').waitFor();
	wrong.push(...await look(page, 'lobby'));
	await doors(jonas, id, { do: 'delay', start: minutesAhead(60 * 24 * 12), zone: 'UTC', word: 'The projector is on its way, and so is the coffee. Thank you for your patience.' });
	await page.getByText('The projector').waitFor();
	wrong.push(...await look(page, 'lobby-delayed'));
	await doors(jonas, id, { do: 'open' });
	await page.getByLabel('Invited email').fill('somebody@marlow.example');
	wrong.push(...await look(page, 'lobby-email'));
	await page.keyboard.press('Enter');
	await page.getByText('That address does not match').waitFor();
	wrong.push(...await look(page, 'lobby-mismatch'));
	fine();
});

// What these say and when is told in refusals.test.mjs; here the server's
// answer is put in by hand, so that all of them are looked at.
const refusals = [
	{ status: 404, code: 'link_invalid' }, { status: 410, code: 'link_expired', valid_until: 1_795_000_000_000 }, { status: 410, code: 'link_used' },
	{ status: 409, code: 'other_device' }, { status: 410, code: 'withdrawn' }, { status: 410, code: 'media_gone' }, { status: 403, code: 'domain_blocked' },
	{ status: 429, code: 'too_many_tries', retry_after: 42 }, { status: 403, code: 'removed', removed_at: 1_795_000_000_000 }, { status: 410, code: 'ended' },
	{ status: 503, code: 'unavailable' },
];

for (const half of [refusals.slice(0, 6), refusals.slice(6)]) {
	test(`refusals: ${half.map((r) => r.code).join(', ')}`, async () => {
		const { page } = await person();
		for (const { status, ...body } of half) {
			await page.unrouteAll();
			await page.route('**/api/v1/lobby', (route) => route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ status, ...body }) }));
			await page.goto(`${world.a}/signin`);
			await page.goto(`${world.a}/i#anything`);
			await page.getByText(body.code, { exact: true }).waitFor();
			wrong.push(...await look(page, `refused-${body.code}`));
		}
		fine();
	});
}
